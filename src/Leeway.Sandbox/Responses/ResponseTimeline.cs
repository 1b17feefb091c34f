using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Responses;

/// <summary>When a response is what. In the foreground all three instants are one.</summary>
internal sealed record ResponseTimeline(DateTimeOffset CreatedAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    // Assumed: a quarter of the time in the background is spent waiting; the slowest of a hundred takes four times the median.
    private const double QueuedShare = 0.25;
    private const double Sigma = 0.6;

    public static ResponseTimeline Draw(TimeSpan median, int seed, ulong digest, DateTimeOffset now)
    {
        var takes = TimeSpan.FromSeconds(new SeededRandom(seed, "background", digest).NextLognormal(median.TotalSeconds, Sigma));
        return new ResponseTimeline(now, now + (takes * QueuedShare), now + takes);
    }

    /// <summary>When the event with this number is sent, of so many: created and queued at once, the last at the end, the others spread over the run.</summary>
    public DateTimeOffset AtOf(int number, int count) =>
        number < 2 ? CreatedAt : number >= count - 1 ? EndsAt : StartsAt + ((EndsAt - StartsAt) * ((number - 2) / (double)(count - 2)));
}
