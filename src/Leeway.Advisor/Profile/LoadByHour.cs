namespace Leeway.Advisor.Profile;

/// <summary>When in the day and the week, UTC. Hours count from the trace's start where its time is relative.</summary>
/// <param name="Day">24 hours.</param>
/// <param name="Week">168 hours from Monday 00:00; empty when the trace is shorter than two days.</param>
/// <param name="PeakToTrough">Rate of the busiest hour of the day over that of the quietest; null below a day of trace, or when the quietest is empty.</param>
public sealed record LoadByHour(IReadOnlyList<HourLoad> Day, IReadOnlyList<HourLoad> Week, double? PeakToTrough);

/// <summary>One hour.</summary>
/// <param name="Hour">From 0.</param>
/// <param name="Requests">In all of the trace.</param>
/// <param name="Tokens">Input and output.</param>
/// <param name="RequestsPerSecond">Over the time that the trace spent in this hour; null when it spent none.</param>
public sealed record HourLoad(int Hour, long Requests, long Tokens, double? RequestsPerSecond);
