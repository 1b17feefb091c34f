using Leeway.Cli.Estimates.Kinds;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Gateway.Configuration.Schema;
using ShareKind = Leeway.Cli.Estimates.Kinds.ShareKind;

namespace Leeway.Cli.Estimates;

/// <summary>The one description of a scenario file.</summary>
internal static class ScenarioSchema
{
    private static readonly ScalarKind s_tokens = new IntegerKind(0, ScenarioLimits.TokensPerRequest);
    private static readonly ScalarKind s_rate = new RateKind();
    private static readonly ScalarKind s_share = new Kinds.ShareKind();
    private static readonly ScalarKind s_shares = new BoundsKind(OfTime: false);
    private static readonly ScalarKind s_seconds = new BoundsKind(OfTime: true);
    private static readonly ScalarKind s_hours = new QuantityKind("hours a day", "6", 0, 24);
    private static readonly ScalarKind s_instances = new QuantityKind("a number of instances", "2.5", 0, ScenarioLimits.Instances);
    private static readonly ScalarKind s_size = new QuantityKind("a number", "4", 0, ScenarioLimits.Gigabytes);
    private static readonly ScalarKind s_usd = new QuantityKind("an amount in USD", "810", -ScenarioLimits.Usd, ScenarioLimits.Usd);
    private static readonly ScalarKind s_percent = new QuantityKind("per cent", "69", -100_000, 100);
    private static readonly ScalarKind s_count = IntegerKind.Int(0, ScenarioLimits.Instances);

    private static readonly ScalarKind s_month = ChoiceKind.Of(("30d", MonthLength.Days30), ("730h", MonthLength.Hours730));
    private static readonly ScalarKind s_ttl = ChoiceKind.Of(("5m", false), ("1h", true));
    private static readonly ScalarKind s_span = ChoiceKind.Of(("day", CostSpan.Day), ("30d", CostSpan.Month30Days), ("730h", CostSpan.Month730Hours));
    private static readonly ScalarKind s_bound = ChoiceKind.Of(("cheapest", Bound.Cheapest), ("dearest", Bound.Dearest));

    private static readonly ScalarKind s_lane = ChoiceKind.Of(
        ("real_time", TokenLane.RealTime), ("priority", TokenLane.Priority), ("flex", TokenLane.Flex), ("batch", TokenLane.Batch), ("cache", TokenLane.Cache));

    private static readonly RecordShape s_part = Part();

    public static RecordShape Root { get; } = RecordShape.Of(
        () => new WrittenScenario(),
        Field.Leaf("version", IntegerKind.Int(1, 1), (WrittenScenario s) => s.Version, (s, v) => s with { Version = v }, "The version of this file's shape.", "1"),
        Field.Leaf("name", Schema.Text, (WrittenScenario s) => s.Name, (s, v) => s with { Name = v }, "What it is called; the file's name if left out.", "nightly tickets", "the file's name"),
        Field.Leaf("about", Schema.Text, (WrittenScenario s) => s.About, (s, v) => s with { About = v }, "What it is about.", "Summaries", "nothing"),
        Field.Leaf("month", s_month, (WrittenScenario s) => s.Month, (s, v) => s with { Month = v }, "How long a month is.", "30d"),
        Field.Leaf("model", Schema.Text, (WrittenScenario s) => s.Model, (s, v) => s with { Model = v }, "For parts that name none.", "gpt-4o", "none"),
        Field.Of("prices", MapShape.Of<PriceConfig>(LeewaySchema.Price(), "model", "my-model"), (WrittenScenario s) => s.Prices, (s, v) => s with { Prices = v }, "Prices that win over the catalogue's, USD per million tokens."),
        Field.Of("workloads", MapShape.Of<WrittenWorkload>(Workload(), "name", "tickets"), (WrittenScenario s) => s.Workloads, (s, v) => s with { Workloads = v }, "Requests of one sort each."),
        Field.Of("options", MapShape.Of<IReadOnlyList<WrittenPart>>(ListShape.Of<WrittenPart>(s_part), "name", "batch"), (WrittenScenario s) => s.Options, (s, v) => s with { Options = v }, "Ways of serving them; the first is what the others are compared with.") with
        { Required = true },
        Field.Of("printed", ListShape.Of<WrittenClaim>(Claim()), (WrittenScenario s) => s.Printed, (s, v) => s with { Printed = v }, "Figures that somebody printed, to be checked."));

    public static IReadOnlyList<Field> PartFields => s_part.Fields;

    /// <summary>Rates, for command-line options of the same kinds.</summary>
    public static ScalarKind Rate => s_rate;

    public static ScalarKind Share => s_share;

    public static ScalarKind Tokens => s_tokens;

    public static ScalarKind Hours => s_hours;

    public static ScalarKind Month => s_month;

    private static RecordShape Workload() => RecordShape.Of(
        () => new WrittenWorkload(),
        Field.Leaf("rate", s_rate, (WrittenWorkload w) => w.Rate, (w, v) => w with { Rate = v }, "Requests.", "10_000/day") with
        { Required = true },
        Field.Leaf("input", s_tokens, (WrittenWorkload w) => w.Input, (w, v) => w with { Input = v }, "Tokens of a request.", "800") with
        { Required = true },
        Field.Leaf("output", s_tokens, (WrittenWorkload w) => w.Output, (w, v) => w with { Output = v }, "Tokens of an answer.", "200") with
        { Required = true },
        Field.Leaf("cacheable", s_share, (WrittenWorkload w) => w.Cacheable, (w, v) => w with { Cacheable = v }, "The part of the input with which all begin.", "80%", "none"),
        Field.Leaf("cache_writes", s_rate, (WrittenWorkload w) => w.CacheWrites, (w, v) => w with { CacheWrites = v }, "Requests that find the provider's cache cold.", "24/day", "one a day"),
        Field.Leaf("cache_for", s_ttl, (WrittenWorkload w) => w.CacheForAnHour, (w, v) => w with { CacheForAnHour = v }, "How long the provider keeps it.", "5m"),
        Field.Leaf("deadline", Schema.Duration, (WrittenWorkload w) => w.Deadline, (w, v) => w with { Deadline = v }, "How long an answer may take.", "12h", "nobody said"));

    private static RecordShape Part() => RecordShape.Of(
        () => new WrittenPart(),
        Field.Leaf("serve", Schema.Text, (WrittenPart p) => p.Serve, (p, v) => p with { Serve = v }, "A workload.", "tickets", "none"),
        Field.Leaf("share", s_share, (WrittenPart p) => p.Share, (p, v) => p with { Share = v }, "Of the workload.", "90%", "all"),
        Field.Leaf("by", s_lane, (WrittenPart p) => p.By, (p, v) => p with { By = v }, "Paid by the token, in this lane.", "batch", "not by the token"),
        Field.Leaf("model", Schema.Text, (WrittenPart p) => p.Model, (p, v) => p with { Model = v }, "Who answers.", "gpt-4o", "the scenario's"),
        Field.Leaf("cached", Schema.Boolean, (WrittenPart p) => p.Cached, (p, v) => p with { Cached = v }, "The prefix is cached at the provider.", "true", "false"),
        Field.Leaf("endpoint", Schema.Text, (WrittenPart p) => p.Endpoint, (p, v) => p with { Endpoint = v }, "An instance that runs at fixed hours.", "ml.g5.xlarge", "none"),
        Field.Leaf("count", s_count, (WrittenPart p) => p.Count, (p, v) => p with { Count = v }, "Instances.", "1", "1"),
        Field.Leaf("hours", s_hours, (WrittenPart p) => p.Hours, (p, v) => p with { Hours = v }, "Hours a day; of work on spot instances.", "6", "24"),
        Field.Leaf("window", Schema.Text, (WrittenPart p) => p.Window, (p, v) => p with { Window = v }, "An off-peak window.", "night", "none"),
        Field.Leaf("capacity", s_rate, (WrittenPart p) => p.Capacity, (p, v) => p with { Capacity = v }, "Requests that one instance answers.", "1200/hour", "unknown"),
        Field.Leaf("serverless", Schema.Text, (WrittenPart p) => p.Serverless, (p, v) => p with { Serverless = v }, "A server that scales to zero.", "aws-lambda", "none"),
        Field.Leaf("takes", Schema.Duration, (WrittenPart p) => p.Takes, (p, v) => p with { Takes = v }, "Charged time of a request.", "2s", "unknown"),
        Field.Leaf("memory", s_size, (WrittenPart p) => p.Memory, (p, v) => p with { Memory = v }, "Gigabytes.", "4", "0"),
        Field.Leaf("vcpus", s_size, (WrittenPart p) => p.Cpus, (p, v) => p with { Cpus = v }, "Virtual CPUs.", "2", "0"),
        Field.Leaf("cold_share", s_share, (WrittenPart p) => p.ColdShare, (p, v) => p with { ColdShare = v }, "Requests that wait for a start.", "5%", "0%"),
        Field.Leaf("cold_start", s_seconds, (WrittenPart p) => p.ColdStart, (p, v) => p with { ColdStart = v }, "How long a start takes.", "1s..3s", "the catalogue's"),
        Field.Leaf("spot", Schema.Text, (WrittenPart p) => p.Spot, (p, v) => p with { Spot = v }, "An instance that may be taken away.", "g5.xlarge", "none"),
        Field.Leaf("interruptions", s_rate, (WrittenPart p) => p.Interruptions, (p, v) => p with { Interruptions = v }, "How often it is taken away while it runs.", "0.05/hour", "0.05/hour"),
        Field.Leaf("checkpoint_every", Schema.Duration, (WrittenPart p) => p.CheckpointEvery, (p, v) => p with { CheckpointEvery = v }, "Work between checkpoints.", "10m", "10m"),
        Field.Leaf("checkpoint_takes", Schema.DurationOrZero, (WrittenPart p) => p.CheckpointTakes, (p, v) => p with { CheckpointTakes = v }, "To write one.", "10s", "10s"),
        Field.Leaf("restart", Schema.DurationOrZero, (WrittenPart p) => p.Restart, (p, v) => p with { Restart = v }, "Until work goes on elsewhere.", "5m", "5m"),
        Field.Leaf("reserved", Schema.Text, (WrittenPart p) => p.Reserved, (p, v) => p with { Reserved = v }, "An instance of which some are reserved and more are rented as needed.", "g5.xlarge", "none"),
        Field.Of("demand", ListShape.Of<decimal>(new ScalarShape(s_instances)), (WrittenPart p) => p.Demand, (p, v) => p with { Demand = v }, "Instances needed in each of the 24 hours.", "none"),
        Field.Leaf("fixed", new PeriodicAmountKind(), (WrittenPart p) => p.Fixed, (p, v) => p with { Fixed = v }, "A sum of USD.", "200/month", "none"),
        Field.Leaf("name", Schema.Text, (WrittenPart p) => p.Name, (p, v) => p with { Name = v }, "What the sum is for.", "endpoint", "fixed"),
        Field.Leaf("source", Schema.Text, (WrittenPart p) => p.Source, (p, v) => p with { Source = v }, "Who says so.", "the invoice", "nobody"),
        Field.Leaf("discount", s_shares, (WrittenPart p) => p.Discount, (p, v) => p with { Discount = v }, "Off the price.", "30%..60%", "none, or the catalogue's"),
        Field.Leaf("turnaround", Schema.DurationOrZero, (WrittenPart p) => p.Turnaround, (p, v) => p with { Turnaround = v }, "How long an answer takes at worst.", "12h", "the lane's"));

    private static RecordShape Claim() => RecordShape.Of(
        () => new WrittenClaim(),
        Field.Leaf("says", Schema.Text, (WrittenClaim c) => c.Says, (c, v) => c with { Says = v }, "In its words.", "Total: $810/month.") with
        { Required = true },
        Field.Leaf("option", Schema.Text, (WrittenClaim c) => c.Option, (c, v) => c with { Option = v }, "What it is about.", "batch") with
        { Required = true },
        Field.Leaf("against", Schema.Text, (WrittenClaim c) => c.Against, (c, v) => c with { Against = v }, "What it saves against.", "real time", "it is a cost"),
        Field.Leaf("per", s_span, (WrittenClaim c) => c.Per, (c, v) => c with { Per = v }, "For how long.", "day", "the scenario's month"),
        Field.Leaf("against_per", s_span, (WrittenClaim c) => c.AgainstPer, (c, v) => c with { AgainstPer = v }, "For how long that is, where the two were mixed.", "730h", "as per"),
        Field.Leaf("bound", s_bound, (WrittenClaim c) => c.Bound, (c, v) => c with { Bound = v }, "Which end.", "dearest"),
        Field.Leaf("usd", s_usd, (WrittenClaim c) => c.Usd, (c, v) => c with { Usd = v }, "The figure.", "810", "it is a percentage"),
        Field.Leaf("percent", s_percent, (WrittenClaim c) => c.Percent, (c, v) => c with { Percent = v }, "The figure.", "69", "it is money"),
        Field.Leaf("because", Schema.Text, (WrittenClaim c) => c.Because, (c, v) => c with { Because = v }, "Why it does not follow.", "months of 30 days and of 730 h are mixed", "nothing"));

    /// <summary>The configuration's own kinds.</summary>
    private static class Schema
    {
        public static readonly ScalarKind Text = Gateway.Configuration.Schema.Kinds.Text;
        public static readonly ScalarKind Boolean = Gateway.Configuration.Schema.Kinds.Boolean;
        public static readonly ScalarKind Duration = Gateway.Configuration.Schema.Kinds.Duration;
        public static readonly ScalarKind DurationOrZero = Gateway.Configuration.Schema.Kinds.DurationOrZero;
    }
}
