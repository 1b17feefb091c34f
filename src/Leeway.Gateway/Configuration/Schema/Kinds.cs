using System.Net;

namespace Leeway.Gateway.Configuration.Schema;

/// <summary>The kinds the schema is written with.</summary>
internal static class Kinds
{
    public static readonly ScalarKind Text = new TextKind();
    public static readonly ScalarKind Path = new PathKind();
    public static readonly ScalarKind Secret = new SecretKind();
    public static readonly ScalarKind Boolean = new BooleanKind();
    public static readonly ScalarKind Money = new MoneyKind();
    public static readonly ScalarKind Budget = new BudgetKind();
    public static readonly ScalarKind Chance = new ChanceKind();
    public static readonly ScalarKind Share = new FractionKind();
    public static readonly ScalarKind Url = new UrlKind();
    public static readonly ScalarKind Listen = new ListenKind();
    public static readonly ScalarKind Mailbox = new MailboxKind();
    public static readonly ScalarKind Port = IntegerKind.Int(1, 65535);
    public static readonly ScalarKind TimeOfDay = new TimeOfDayKind();
    public static readonly ScalarKind TimeZone = new TimeZoneKind();
    public static readonly ScalarKind Count = IntegerKind.Int(1);
    public static readonly ScalarKind CountOrZero = IntegerKind.Int(0);
    public static readonly ScalarKind LargeCount = IntegerKind.Long(1);
    public static readonly ScalarKind Size = new SizeKind(long.MaxValue);
    public static readonly ScalarKind SmallSize = new SizeKind(int.MaxValue);

    /// <summary>More than zero.</summary>
    public static readonly ScalarKind Duration = new DurationKind(Zero: false, Now: false);

    public static readonly ScalarKind DurationOrZero = new DurationKind(Zero: true, Now: false);
    public static readonly ScalarKind DurationOrNow = new DurationKind(Zero: true, Now: true);

    public static readonly ListShape Texts = ListShape.Of<string>(new ScalarShape(Text));
    public static readonly ListShape Durations = ListShape.Of<TimeSpan>(new ScalarShape(DurationOrZero));
    public static readonly ListShape Networks = ListShape.Of<IPNetwork>(new ScalarShape(new CidrKind()));

    public static readonly ScalarKind Storage = ChoiceKind.Of(("sqlite", StorageKind.Sqlite), ("postgres", StorageKind.Postgres));

    public static readonly ScalarKind Provider = ChoiceKind.Of([.. ProviderKinds.All.Select(traits => (traits.Name, traits.Name))]);

    public static readonly ScalarKind Queue = ChoiceKind.Of(("sqs", QueueKind.Sqs), ("pubsub", QueueKind.PubSub));

    public static readonly ScalarKind ObjectPlace = new ObjectPlaceKind();

    public static readonly ScalarKind Infeasible = ChoiceKind.Of(
        ("reject", InfeasibleRule.Reject),
        ("offer", InfeasibleRule.Offer),
        ("realtime", InfeasibleRule.RealTime));

    public static readonly ScalarKind SealMode = ChoiceKind.Of(("fixed", Leeway.SealMode.Fixed), ("adaptive", Leeway.SealMode.Adaptive));

    public static readonly ScalarKind MailTls = ChoiceKind.Of(("starttls", Leeway.MailTls.StartTls), ("tls", Leeway.MailTls.Tls), ("none", Leeway.MailTls.None));

    public static readonly ScalarKind UnknownModel = ChoiceKind.Of(("reject", UnknownModelRule.Reject));

    public static readonly ScalarKind Priority = ChoiceKind.Of(("urgent", "urgent"), ("standard", "standard"), ("low", "low"));
}
