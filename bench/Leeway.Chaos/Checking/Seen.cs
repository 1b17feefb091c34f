using System.Globalization;
using System.Text.Json;

namespace Leeway.Chaos.Checking;

/// <summary>A request as the gateways tell of it.</summary>
/// <param name="Id">The gateway's.</param>
/// <param name="CustomId">The client's, of lines.</param>
/// <param name="Run">The run or batch of a line.</param>
/// <param name="State">Its state.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="InTime">Whether it ended with a result before its deadline.</param>
/// <param name="Rescued">Whether it was taken from a batch.</param>
/// <param name="Attempts">By number.</param>
internal sealed record Seen(
    string Id, string? CustomId, string? Run, string State, DateTimeOffset AcceptedAt, DateTimeOffset? FinishedAt, bool InTime, bool Rescued, IReadOnlyList<SeenAttempt> Attempts)
{
    public static readonly string[] Ends = ["succeeded", "failed", "expired", "cancelled"];

    /// <summary>When it was to be there.</summary>
    public DateTimeOffset Deadline { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The digest its answer carries, once that was read.</summary>
    public string? Digest { get; set; }

    /// <summary>Its answer, once that was read.</summary>
    public string? Answer { get; set; }

    public bool HasEnded => Ends.Contains(State);

    public static Seen Read(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        json.GetProperty("custom_id").GetString(),
        json.GetProperty("run").GetString(),
        json.GetProperty("state").GetString()!,
        json.GetProperty("created_at").GetDateTimeOffset(),
        json.GetProperty("finished_at") is { ValueKind: JsonValueKind.String } finished ? finished.GetDateTimeOffset() : null,
        json.GetProperty("receipt").GetProperty("deadline_met").ValueKind == JsonValueKind.True,
        json.GetProperty("rescued").GetBoolean(),
        [.. json.GetProperty("attempts").EnumerateArray().Select(SeenAttempt.Read)])
    {
        Deadline = json.GetProperty("deadline").GetDateTimeOffset(),
    };

    public override string ToString() => $"{Id} {State} [{string.Join(", ", Attempts)}]";
}

/// <summary>One attempt of a request.</summary>
internal sealed record SeenAttempt(int Number, string Lane, string? Batch, string? Outcome)
{
    public static SeenAttempt Read(JsonElement json) => new(
        json.GetProperty("number").GetInt32(), json.GetProperty("lane").GetString()!, json.GetProperty("batch").GetString(), json.GetProperty("outcome").GetString());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Lane} {Outcome ?? "open"}");
}

/// <summary>One entry of the ledger.</summary>
internal sealed record SeenEntry(string Request, int Attempt, DateTimeOffset At, string Lane, decimal? Cost, bool Duplicate, bool Estimated)
{
    public static SeenEntry Read(JsonElement json) => new(
        json.GetProperty("request").GetString()!,
        json.GetProperty("attempt").GetInt32(),
        json.GetProperty("at").GetDateTimeOffset(),
        json.GetProperty("lane").GetString()!,
        json.GetProperty("cost_usd").GetString() is { } cost ? decimal.Parse(cost, CultureInfo.InvariantCulture) : null,
        json.GetProperty("duplicate").GetBoolean(),
        json.GetProperty("estimated").GetBoolean());
}
