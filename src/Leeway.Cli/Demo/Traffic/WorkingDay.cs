namespace Leeway.Cli.Demo.Traffic;

/// <summary>The mixed traffic of a shop's day, as data: who calls how often, and how long they can wait.</summary>
internal static class WorkingDay
{
    private const string ChatPath = "/v1/chat/completions";
    private const string EmbeddingsPath = "/v1/embeddings";

    // About 2,300 calls in two hours, a quarter of them urgent.
    public static readonly IReadOnlyList<Workload> Workloads =
    [
        new(0.10, Waking, UrgentChat),
        new(0.10, Waking, TicketSummary),
        new(0.015, Always, ProductDescription),
        new(0.01, Always, MeetingNotes),
        new(0.24, BeforeNight, Embedding),
        new(0.12, BeforeNight, ReportClassification),
        new(0.003, Always, BadCall),
    ];

    private static double Always(int hour) => 1;

    private static double Waking(int hour) => hour is >= 8 and < 20 ? 1 : 0.7;

    // The day's documents trickle in, the exports come at midnight; when the nightly window opens at two, they are all there.
    private static double BeforeNight(int hour) => hour is 2 or 3 or 4 or 5 ? 0 : hour < 2 ? 1 : 0.25;

    private static PlannedCall UrgentChat(Dice dice, DateTimeOffset at) =>
        new(at, ChatPath, Bodies.Chat("gpt-4o-mini", Prompts.Chat(dice), 200, stream: dice.Chance(0.4)), Waiting.Urgent, []);

    private static PlannedCall TicketSummary(Dice dice, DateTimeOffset at)
    {
        string body = Bodies.Chat("gpt-4o", Prompts.TicketSummary(dice), 200);

        // A few clients are plain SDKs that hold the connection.
        return dice.Chance(0.05)
            ? new PlannedCall(at, ChatPath, body, Waiting.Held, [("Leeway-Priority", "standard")])
            : Asynchronous(at, ChatPath, body, ("Leeway-Priority", "standard"), dice.Chance(0.03) ? TimeSpan.FromMinutes(dice.Between(1, 12)) : null);
    }

    private static PlannedCall ProductDescription(Dice dice, DateTimeOffset at) => Asynchronous(
        at, ChatPath, Bodies.Chat("gpt-4.1", Prompts.ProductDescription(dice), 250), ("Leeway-Deadline", dice.Pick(["90m", "2h", "3h", "6h"])));

    // The shortest deadline leaves no time for a batch.
    private static PlannedCall MeetingNotes(Dice dice, DateTimeOffset at) => Asynchronous(
        at, ChatPath, Bodies.Chat("gpt-4o", Prompts.MeetingNotes(dice), 400), ("Leeway-Deadline", dice.Pick(["15m", "1h", "2h", "2h"])));

    private static PlannedCall Embedding(Dice dice, DateTimeOffset at)
    {
        // Now and then somebody names a model that makes no embeddings: taken, and failed by the provider.
        string model = dice.Chance(0.004) ? "gpt-4o-mini" : "text-embedding-3-large";
        return Asynchronous(at, EmbeddingsPath, Bodies.Embedding(model, Prompts.Passage(dice)), ("Leeway-Priority", "low"), dice.Chance(0.01) ? TimeSpan.FromMinutes(dice.Between(2, 40)) : null);
    }

    private static PlannedCall ReportClassification(Dice dice, DateTimeOffset at) =>
        Asynchronous(at, ChatPath, Bodies.Chat("gpt-4o", Prompts.ReportClassification(dice), 60), ("Leeway-Priority", "low"));

    private static PlannedCall BadCall(Dice dice, DateTimeOffset at) => Asynchronous(
        at, ChatPath, Bodies.Chat(dice.Chance(0.5) ? null : "gpt-4o-minni", Prompts.Chat(dice), 200), ("Leeway-Priority", "standard"));

    private static PlannedCall Asynchronous(DateTimeOffset at, string path, string body, (string, string) wait, TimeSpan? cancelAfter = null) =>
        new(at, path, body, Waiting.Asynchronous, [wait, ("Prefer", "respond-async")], cancelAfter);
}
