using System.Globalization;
using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>A healthy provider that stands still for two days: what is in it then goes on when they are over.</summary>
internal sealed class StallLaw(int seed, DateTimeOffset start) : IBatchLaw
{
    private static readonly TimeSpan s_after = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_length = TimeSpan.FromHours(48);

    private readonly LognormalLaw _healthy = new(TurnaroundLaw.Parse("healthy"), seed);

    /// <summary>When it begins to stand still.</summary>
    public DateTimeOffset From { get; } = start + s_after;

    /// <summary>When it goes on.</summary>
    public DateTimeOffset Until => From + s_length;

    public string Name => "stall";

    public string Assumes => string.Create(
        CultureInfo.InvariantCulture,
        $"stall: healthy, but from hour {s_after.TotalHours:0} on nothing runs for {s_length.TotalHours:0} h; a batch caught in it ends after it, or expires 24 h after its submission with no row done.");

    public TimeSpan Turnaround(DateTimeOffset submittedAt)
    {
        TimeSpan healthy = _healthy.Turnaround(submittedAt);
        if (submittedAt >= Until || submittedAt + healthy <= From)
        {
            return healthy;
        }

        return healthy + (Until - (submittedAt > From ? submittedAt : From));
    }
}
