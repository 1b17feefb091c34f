namespace Leeway.Chaos.Checking;

/// <summary>What is promised, by the names of the report.</summary>
internal static class Promises
{
    public const string Lost = "lost";
    public const string Doubled = "doubled";
    public const string WrongAnswer = "wrong answer";
    public const string PaidTwice = "paid twice";
    public const string Webhooks = "webhooks";
    public const string Bill = "ledger = bill";
    public const string Settled = "settled in time";
    public const string Database = "database";
    public const string Limits = "limits and budgets";
    public const string Nodes = "nodes stay up";

    public static readonly string[] All = [Settled, Lost, Doubled, WrongAnswer, PaidTwice, Webhooks, Bill, Limits, Nodes, Database];
}
