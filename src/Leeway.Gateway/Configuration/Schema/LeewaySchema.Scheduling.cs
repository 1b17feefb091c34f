namespace Leeway.Gateway.Configuration.Schema;

internal static partial class LeewaySchema
{
    private static RecordShape Priorities() => RecordShape.Of(
        () => new PrioritiesConfig(),
        Field.Of("urgent", Priority(), (PrioritiesConfig c) => c.Urgent, (c, v) => c with { Urgent = v },
            "Somebody is waiting."),
        Field.Of("standard", Priority(), (PrioritiesConfig c) => c.Standard, (c, v) => c with { Standard = v },
            "Soon is enough."),
        Field.Of("low", Priority(), (PrioritiesConfig c) => c.Low, (c, v) => c with { Low = v },
            "Tomorrow is enough."));

    private static RecordShape Priority() => RecordShape.Of(
        () => new PriorityConfig(),
        Field.Leaf("deadline", Kinds.DurationOrNow, (PriorityConfig c) => c.Deadline, (c, v) => c with { Deadline = v },
            "From acceptance.", "6h"),
        Field.Of("seal", Seal("the batch lane's"), (PriorityConfig c) => c.Seal, (c, v) => c with { Seal = v },
            "What seals a batch of this priority, whichever comes first."),
        Field.Of("window", Windows(), (PriorityConfig c) => c.Windows, (c, v) => c with { Windows = v ?? [] },
            "The hours in which batches of this priority are sealed; a list for several spans a day.", unset: "any hour"));

    private static RecordShape Seal(string unset, string job = "the batch lane's") => RecordShape.Of(
        () => new SealConfig(),
        Field.Leaf("mode", Kinds.SealMode, (SealConfig c) => c.Mode, (c, v) => c with { Mode = v },
            "`fixed`: by the triggers below alone. `adaptive`: also as soon as waiting costs more than the batches it saves; the triggers stay as bounds. `seal: adaptive` is short for that.", "adaptive", job),
        Field.Leaf("job_cost", Kinds.Money, (SealConfig c) => c.JobCost, (c, v) => c with { JobCost = v },
            "What a batch counts as costing beside its requests, for `adaptive`, in USD.", "0.05", job),
        Field.Leaf("requests", Kinds.Count, (SealConfig c) => c.Requests, (c, v) => c with { Requests = v },
            "Requests in the group.", "500", unset),
        Field.Leaf("age", Kinds.Duration, (SealConfig c) => c.Age, (c, v) => c with { Age = v },
            "Age of the oldest request in the group.", "5m", unset),
        Field.Leaf("bytes", Kinds.Size, (SealConfig c) => c.Bytes, (c, v) => c with { Bytes = v },
            "Size of the batch file.", "50MB", unset),
        Field.Leaf("tokens", Kinds.LargeCount, (SealConfig c) => c.Tokens, (c, v) => c with { Tokens = v },
            "Estimated tokens in the group.", "1_000_000", unset)) with
    { Short = ("mode", "adaptive") };

    private static ListShape Windows() => ListShape.Of<WindowConfig>(Window()) with { OneOrMany = true, OffWord = "none" };

    private static RecordShape Window() => RecordShape.Of(
        () => new WindowConfig(),
        Field.Leaf("from", Kinds.TimeOfDay, (WindowConfig c) => c.From, (c, v) => c with { From = v },
            "When it begins.", "22:30") with
        { Required = true },
        Field.Leaf("to", Kinds.TimeOfDay, (WindowConfig c) => c.To, (c, v) => c with { To = v },
            "When it ends; before `from` it runs over midnight.", "05:15") with
        { Required = true },
        Field.Leaf("tz", Kinds.TimeZone, (WindowConfig c) => c.Tz, (c, v) => c with { Tz = v },
            "An IANA zone, or `local` for the machine's.", "Europe/Berlin")) with
    { OffWord = "none" };

    private static RecordShape Lanes() => RecordShape.Of(
        () => new LanesConfig(),
        Field.Of("batch", BatchLane(), (LanesConfig c) => c.Batch, (c, v) => c with { Batch = v },
            "The provider batch lane."),
        Field.Of("flex", FlexLane(), (LanesConfig c) => c.Flex, (c, v) => c with { Flex = v },
            "The lane of a vendor's slower, cheaper tier in real time, which refuses at no charge when it has no room."),
        Field.Of("planner", Planner(), (LanesConfig c) => c.Planner, (c, v) => c with { Planner = v },
            "How the planner forecasts and chooses."));

    private static RecordShape Planner() => RecordShape.Of(
        () => new PlannerConfig(),
        Field.Leaf("exploration", Kinds.Share, (PlannerConfig c) => c.Exploration, (c, v) => c with { Exploration = v },
            "The share of batches left to run although nobody waits for them any more, so that what slow batches take is still seen. Their price is at most this share of what batches cost; 0 is none.", "0"),
        Field.Of("turnaround", Turnaround(), (PlannerConfig c) => c.Turnaround, (c, v) => c with { Turnaround = v },
            "How turnarounds are learnt."),
        Field.Leaf("risk", Kinds.Share, (PlannerConfig c) => c.Risk, (c, v) => c with { Risk = v },
            "The chance of a miss that a plan may not exceed.", "0.0001"),
        Field.Leaf("rescue_risk", Kinds.Share, (PlannerConfig c) => c.RescueRisk, (c, v) => c with { RescueRisk = v },
            "The same, given that the request had to be answered in real time.", "0.01"),
        Field.Leaf("abandoned_billed", Kinds.Share, (PlannerConfig c) => c.AbandonedBilled, (c, v) => c with { AbandonedBilled = v },
            "The chance that a batch bills a member that was answered elsewhere. A batch that most have left is cancelled, so it is assumed to be low.", "1"),
        Field.Leaf("cancel_lag", Kinds.Duration, (PlannerConfig c) => c.CancelLag, (c, v) => c with { CancelLag = v },
            "How long a cancelled batch goes on working, and billing.", "5m"),
        Field.Leaf("call_value", Kinds.Share, (PlannerConfig c) => c.CallValue, (c, v) => c with { CallValue = v },
            "What a call of real time's limits is worth while nothing presses, as a share of a request's price. It decides between lanes of one price.", "0"),
        Field.Of("realtime", RealTimeTail(), (PlannerConfig c) => c.Realtime, (c, v) => c with { Realtime = v },
            "How long answers in real time are assumed to take, retries included."));

    private static RecordShape RealTimeTail() => RecordShape.Of(
        () => new RealTimeTailConfig(),
        Field.Leaf("median", Kinds.Duration, (RealTimeTailConfig c) => c.Median, (c, v) => c with { Median = v },
            "Half of them take no longer.", "20s"),
        Field.Leaf("last", Kinds.Duration, (RealTimeTailConfig c) => c.Last, (c, v) => c with { Last = v },
            "One in a thousand takes longer.", "5m"));

    private static RecordShape Turnaround() => RecordShape.Of(
        () => new TurnaroundConfig(),
        Field.Leaf("half_life", Kinds.Duration, (TurnaroundConfig c) => c.HalfLife, (c, v) => c with { HalfLife = v },
            "After so long a batch counts for half.", "1d"));

    private static RecordShape BatchLane() => RecordShape.Of(
        () => new BatchLaneConfig(),
        Field.Of("seal", Seal("no such trigger"), (BatchLaneConfig c) => c.Seal, (c, v) => c with { Seal = v },
            "What seals a batch where its priority says nothing, whichever comes first."),
        Field.Of("poll", Poll(), (BatchLaneConfig c) => c.Poll, (c, v) => c with { Poll = v },
            "How often a submitted batch is asked for."),
        Field.Leaf("turnaround", Kinds.Duration, (BatchLaneConfig c) => c.Turnaround, (c, v) => c with { Turnaround = v },
            "Assumed time from submit to collected result, until real figures exist.", "2h"),
        Field.Of("rescue", Rescue(), (BatchLaneConfig c) => c.Rescue, (c, v) => c with { Rescue = v },
            "Moving at-risk requests to real time."),
        Field.Of("quarantine", Quarantine(), (BatchLaneConfig c) => c.Quarantine, (c, v) => c with { Quarantine = v },
            "Batches whose create may or may not have happened, because its answer was lost or the process was killed."));

    private static RecordShape FlexLane() => RecordShape.Of(
        () => new FlexLaneConfig(),
        Field.Leaf("enabled", Kinds.Boolean, (FlexLaneConfig c) => c.Enabled, (c, v) => c with { Enabled = v },
            "Whether it is used where a deployment has such a tier and a price for it.", "false"),
        Field.Leaf("timeout", Kinds.Duration, (FlexLaneConfig c) => c.Timeout, (c, v) => c with { Timeout = v },
            "How long an accepted try may take; less where the deadline is nearer.", "10m"),
        Field.Leaf("retry", Kinds.Duration, (FlexLaneConfig c) => c.Retry, (c, v) => c with { Retry = v },
            "Between a refusal and the next try of the same request.", "30s"),
        Field.Leaf("concurrency", Kinds.Count, (FlexLaneConfig c) => c.Concurrency, (c, v) => c with { Concurrency = v },
            "Tries in flight at once.", "16"));

    private static RecordShape Poll() => RecordShape.Of(
        () => new PollConfig(),
        Field.Leaf("min", Kinds.Duration, (PollConfig c) => c.Min, (c, v) => c with { Min = v },
            "The shortest wait between two polls.", "20s"),
        Field.Leaf("max", Kinds.Duration, (PollConfig c) => c.Max, (c, v) => c with { Max = v },
            "The longest.", "10m"));

    private static RecordShape Rescue() => RecordShape.Of(
        () => new RescueConfig(),
        Field.Leaf("margin", Kinds.DurationOrZero, (RescueConfig c) => c.Margin, (c, v) => c with { Margin = v },
            "Kept free before the deadline, beyond the estimated service time.", "5m"),
        Field.Leaf("concurrency", Kinds.Count, (RescueConfig c) => c.Concurrency, (c, v) => c with { Concurrency = v },
            "Rescues in flight at once.", "8"),
        Field.Leaf("budget", Kinds.Money, (RescueConfig c) => c.Budget, (c, v) => c with { Budget = v },
            "USD a UTC day that rescues may cost beyond the price of the batches they are taken from. Once used up, none begins before its last safe moment.", "25", unset: "no bound"),
        Field.Leaf("hard_budget", Kinds.Boolean, (RescueConfig c) => c.HardBudget, (c, v) => c with { HardBudget = v },
            "Whether a used-up budget also ends rescues at their last safe moment: what is late then expires.", "true"));

    private static RecordShape Quarantine() => RecordShape.Of(
        () => new QuarantineConfig(),
        Field.Leaf("adopt", Kinds.Duration, (QuarantineConfig c) => c.Adopt, (c, v) => c with { Adopt = v },
            "How long such a batch is looked for at the provider before create is tried again.", "5m"),
        Field.Leaf("watch", Kinds.Duration, (QuarantineConfig c) => c.Watch, (c, v) => c with { Watch = v },
            "How long after a repeated create the first one's late batch is watched for, to be cancelled.", "2h"),
        Field.Leaf("look_every", Kinds.Duration, (QuarantineConfig c) => c.LookEvery, (c, v) => c with { LookEvery = v },
            "Between two looks.", "10s"));

    private static RecordShape Rule() => RecordShape.Of(
        () => new ClassifyRule(),
        Field.Of("when", Condition(), (ClassifyRule c) => c.When, (c, v) => c with { When = v },
            "All that is set must hold.") with
        { Required = true },
        Field.Leaf("priority", Kinds.Priority, (ClassifyRule c) => c.Priority, (c, v) => c with { Priority = v },
            "Either this or `deadline`.", "standard", unset: "decided by `deadline`"),
        Field.Leaf("deadline", Kinds.DurationOrNow, (ClassifyRule c) => c.Deadline, (c, v) => c with { Deadline = v },
            "Either this or `priority`.", "6h", unset: "decided by `priority`"));

    private static RecordShape Condition() => RecordShape.Of(
        () => new ClassifyCondition(),
        Field.Leaf("path", Kinds.Text, (ClassifyCondition c) => c.Path, (c, v) => c with { Path = v },
            "The request path; a trailing `*` matches any rest.", "/v1/embeddings", unset: "any"),
        Field.Leaf("model", Kinds.Text, (ClassifyCondition c) => c.Model, (c, v) => c with { Model = v },
            "The model asked for; a trailing `*` matches any rest.", "gpt-4o*", unset: "any"),
        Field.Leaf("key", Kinds.Text, (ClassifyCondition c) => c.Key, (c, v) => c with { Key = v },
            "The name of the key.", "nightly", unset: "any"),
        Field.Of("header", MapShape.Of<string>(new ScalarShape(Kinds.Text), "header name", "x-team", StringComparer.OrdinalIgnoreCase),
            (ClassifyCondition c) => c.Header, (c, v) => c with { Header = v },
            "Headers and their exact values; names compare without case.") with
        { Example = "research" },
        Field.Of("hours", Window(), (ClassifyCondition c) => c.Hours, (c, v) => c with { Hours = v },
            "The hours in which the request arrives.", unset: "any"));
}
