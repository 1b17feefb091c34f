using System.Globalization;

namespace Leeway.Simulation.Laws;

/// <summary>The flex tier: closed by episodes; while it is open a try is accepted or refused at once, and an accepted one takes its time.</summary>
internal sealed class FlexLaw
{
    private const double Accepted = 0.6;
    private const double LeastMinutes = 1;
    private const double MostMinutes = 10;
    private static readonly TimeSpan s_closed = TimeSpan.FromHours(2);

    private readonly double _closedShare;
    private readonly Episodes _episodes;
    private readonly Draws _tries;
    private readonly Draws _services;

    /// <param name="seed">The run's.</param>
    /// <param name="start">Where its episodes begin.</param>
    /// <param name="closedShare">Of time, within [0, 1).</param>
    public FlexLaw(int seed, DateTimeOffset start, double closedShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(closedShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(closedShare, 1);
        _closedShare = closedShare;
        TimeSpan open = closedShare == 0 ? TimeSpan.FromDays(3650) : s_closed * ((1 - closedShare) / closedShare);
        _episodes = new Episodes(seed, "flex", start, open, closedShare == 0 ? TimeSpan.Zero : s_closed);
        _tries = new Draws(seed, "flex try");
        _services = new Draws(seed, "flex service");
    }

    public string Assumes => string.Create(
        CultureInfo.InvariantCulture,
        $"flex: {(_closedShare == 0 ? "always open" : $"closed {100 * _closedShare:0} % of the time, in episodes of {s_closed.TotalHours:0} h in the mean")}; while open, a try is accepted with probability {Accepted:0.0} (one draw a request and minute), takes uniformly {LeastMinutes:0}–{MostMinutes:0} min, and is billed once accepted; a refusal is free.");

    /// <summary>Whether the tier takes anything at an instant.</summary>
    public bool IsOpen(DateTimeOffset at) => !_episodes.IsSecond(at);

    /// <summary>Whether a try of a request is accepted.</summary>
    /// <param name="request">The request's number.</param>
    /// <param name="at">When it is tried; tries within a minute share their luck.</param>
    public bool Accepts(long request, DateTimeOffset at) =>
        IsOpen(new DateTimeOffset(Draws.Minute(at) * TimeSpan.TicksPerMinute, TimeSpan.Zero)) && _tries.Uniform(request, at) < Accepted;

    /// <summary>How long an accepted request takes.</summary>
    public TimeSpan Service(long request) => TimeSpan.FromMinutes(LeastMinutes + ((MostMinutes - LeastMinutes) * _services.For(request).NextDouble()));
}
