using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Cli.Api;

/// <summary>A list as the gateway sends it.</summary>
internal sealed record ListView<T>(IReadOnlyList<T> Data, bool HasMore);

internal sealed record RequestView(
    string Id, string State, string Priority, DateTimeOffset Deadline, string Endpoint, string Model, string? CustomId, string? Lane, bool Rescued,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, IReadOnlyList<AttemptView>? Attempts, ResponseView? Response, ErrorView? Error, ReceiptView? Receipt,
    IReadOnlyList<TimelineView>? Timeline = null)
{
    public bool IsEnded => State is "succeeded" or "failed" or "expired" or "cancelled";
}

internal sealed record TimelineView(DateTimeOffset At, double AfterS, string Event, bool Due, string? Lane, string? Batch, string Text);

internal sealed record AttemptView(int Number, string? Lane, string? Deployment, string? Batch, DateTimeOffset? StartedAt, string? Outcome);

internal sealed record ResponseView(int StatusCode, JsonElement Body);

internal sealed record ErrorView(string? Code, string? Message, string? Param);

internal sealed record ReceiptView(
    long InputTokens, long CachedTokens, long OutputTokens, decimal? CostUsd, decimal? ListCostUsd, decimal? SavedUsd, bool? DeadlineMet, IReadOnlyList<EntryView>? Entries);

internal sealed record EntryView(int Attempt, string? Lane, string? ServiceTier, string? Deployment, string? Price, decimal? CostUsd, bool Duplicate, bool Estimated, JsonElement ProviderUsage,
    string? Request = null, DateTimeOffset? At = null);

internal sealed record AcceptedLineView(int Line, string? CustomId, string? Id, ErrorView? Error);

internal sealed record RunView(string Id, RunCounts Requests, decimal? CostUsd, decimal? ListCostUsd, decimal? SavedUsd, int Unpriced);

internal sealed record RunCounts(
    int Total, int Queued, int Sealed, int Submitted, int Running, int Succeeded, int Failed, int Expired, int Cancelled)
{
    public int Ended => Succeeded + Failed + Expired + Cancelled;
}

internal sealed record RunResultView(string Id, string? CustomId, string State, ResponseView? Response, ErrorView? Error);

internal sealed record QueueView(IReadOnlyList<QueueGroupView> Data, int Open, int HeldConnections, int ActiveRealtimeDeferred);

internal sealed record QueueGroupView(
    string Deployment, string? Endpoint, string Model, string Priority, string State, string? Lane, int Requests, DateTimeOffset? EarliestDeadline, DateTimeOffset? NextSeal);

internal sealed record ColdStartList(IReadOnlyList<ColdStartLine> Data);

internal sealed record ColdStartLine(string Deployment, long CallsAfterIdle, double? FirstByteAfterIdleS, long CallsAwake, double? FirstByteAwakeS, double? ColdStartS);

internal sealed record NodeLine(
    int Node, string Name, string State, bool Self, DateTimeOffset? StartedAt, DateTimeOffset? ExpiresAt, int? HeldBy, string? Address, string Version);

internal sealed record TurnaroundLine(
    string? Deployment, string Requests, string Submitted, long Seen, long Censored, int Open, double Weight, [property: JsonPropertyName("p50_s")] double? P50S,
    [property: JsonPropertyName("p90_s")] double? P90S, [property: JsonPropertyName("p99_s")] double? P99S, [property: JsonPropertyName("done_15m")] double Done15M,
    [property: JsonPropertyName("done_1h")] double Done1H, [property: JsonPropertyName("done_6h")] double Done6H, [property: JsonPropertyName("done_24h")] double Done24H,
    string Regime, DateTimeOffset? Since, double Evidence, string EvidenceFor);

internal sealed record BatchView(
    string Id, string State, string? ProviderStatus, string Deployment, string? Endpoint, string? Model, string? Priority, string? SealReason, DateTimeOffset? SealedAt,
    DateTimeOffset? SubmittedAt, DateTimeOffset? CollectedAt, DateTimeOffset? EarliestDeadline, int Requests, int? Completed, int? Failed,
    string? ProviderBatch, string? Note, string? SealNote = null);

internal sealed record BatchErrorView(string Id, string? CustomId, string? Outcome, int? StatusCode, string? Code, string? Message);

internal sealed record CostView(
    string? Name, long Requests, long Entries, long InputTokens, long CachedTokens, long OutputTokens, decimal? CostUsd, decimal? ListCostUsd, decimal? SavedUsd,
    long Unpriced, long Duplicates);

internal sealed record ReportView(
    DateTimeOffset Since, DateTimeOffset Until, bool Truncated, CostView Spend, IReadOnlyList<CostView> ByLane, IReadOnlyList<CostView> ByModel, IReadOnlyList<CostView> ByPriority,
    IReadOnlyList<AdherenceView> Adherence, IReadOnlyList<WaitsView> Waits, PickupsView Pickups, IReadOnlyList<FindingView> Findings, IReadOnlyList<string> Unmeasured);

internal sealed record AdherenceView(string Priority, int Met, int Ended, double Share);

// The underscores are the gateway's: p50_s.
internal sealed record WaitsView(
    string Priority, string Lane, int Requests, [property: JsonPropertyName("p50_s")] double P50S, [property: JsonPropertyName("p95_s")] double P95S, [property: JsonPropertyName("p99_s")] double P99S);

internal sealed record PickupsView(int Held, int Polled, int InFiles, int Sent, int NotFetched);

internal sealed record FindingView(string Rule, string Subject, double Value, double Threshold, string? Unit, string Evidence, string Advice);

internal sealed record WebhookView(
    string Id, string Url, DateTimeOffset? CreatedAt, bool Enabled, string? DisabledReason, int ConsecutiveFailures, string? Secret);

internal sealed record MailView(string Id, string Address, string Team, bool Digest, bool Enabled, string? DisabledReason, int ConsecutiveFailures);

internal sealed record KeyView(
    string Id, string? Key, string Hint, string Owner, string Team, IReadOnlyList<string> Models, string? Default, string State, DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt, string? EarlierHint, DateTimeOffset? EarlierUntil, string? Budget);

internal sealed record BudgetLine(string Holder, string Budget, decimal UsedUsd, decimal LeftUsd, DateTimeOffset? ResetsAt);

internal sealed record QuoteView(
    DateTimeOffset QuotedAt, DateTimeOffset Deadline, string Deployment, long InputTokens, long OutputTokens, bool Feasible, string Lane, string Plan, GuaranteeView Guarantee,
    IReadOnlyList<LaneQuoteView> Lanes, IReadOnlyList<LaterDeadlineView> LaterDeadlines);

internal sealed record LaterDeadlineView(DateTimeOffset Deadline, string Lane, decimal? CostUsd);

internal sealed record GuaranteeView(string? Lane, DateTimeOffset? At, string Text);

// The underscore is the gateway's: p95_finish.
internal sealed record LaneQuoteView(
    string Lane, string? ServiceTier, bool Available, bool Chosen, string Because, decimal? CostUsd, decimal? ListCostUsd, double? OnTime, DateTimeOffset? ExpectedFinish,
    [property: JsonPropertyName("p95_finish")] DateTimeOffset? P95Finish);
