using Leeway.Simulation.Laws;

namespace Leeway.Simulation.Bounds;

/// <summary>
/// What one who knew every turnaround beforehand would pay: per request, the least price over the lanes whose realised completion meets the
/// deadline (algorithms of the score-board, §1.7). Not a policy, a bound: it waits for no batch to fill and asks no provider twice.
/// </summary>
internal sealed class Clairvoyant
{
    private readonly ProviderLaws _laws;
    private readonly DateTimeOffset _start;

    // Of every minute from the start: the earliest completion among batches submitted at its beginning or later.
    private readonly DateTimeOffset[] _earliest;

    /// <param name="laws">The run's.</param>
    /// <param name="start">When its first request comes.</param>
    /// <param name="length">From then to the last deadline.</param>
    public Clairvoyant(ProviderLaws laws, DateTimeOffset start, TimeSpan length)
    {
        _laws = laws;
        _start = new DateTimeOffset(Draws.Minute(start) * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        _earliest = new DateTimeOffset[(int)(length / TimeSpan.FromMinutes(1)) + 3];
        DateTimeOffset least = DateTimeOffset.MaxValue;
        for (int minute = _earliest.Length - 1; minute >= 0; minute--)
        {
            DateTimeOffset done = BatchFrom(_start + TimeSpan.FromMinutes(minute));
            least = done < least ? done : least;
            _earliest[minute] = least;
        }
    }

    /// <summary>The lane it takes when every lane begins at acceptance, flex with its first accepted try.</summary>
    public Lane AtAcceptance(long request, DateTimeOffset acceptedAt, DateTimeOffset deadline) =>
        BatchFrom(acceptedAt) <= deadline ? Lane.Batch : FlexFrom(request, acceptedAt, deadline) ? Lane.Flex : Lane.RealTime;

    /// <summary>
    /// The lane it takes when a batch may begin at any moment until the deadline: no policy pays less for any request, since a batch's luck
    /// is its minute's.
    /// </summary>
    public Lane AtAnyMoment(long request, DateTimeOffset acceptedAt, DateTimeOffset deadline)
    {
        int next = (int)((acceptedAt - _start) / TimeSpan.FromMinutes(1)) + 1;
        return BatchFrom(acceptedAt) <= deadline || _earliest[Math.Min(next, _earliest.Length - 1)] <= deadline ? Lane.Batch
            : FlexFrom(request, acceptedAt, deadline) ? Lane.Flex
            : Lane.RealTime;
    }

    private DateTimeOffset BatchFrom(DateTimeOffset at) => _laws.Batch.Turnaround(at) is var turnaround && turnaround <= ProviderLaws.Window ? at + turnaround : DateTimeOffset.MaxValue;

    private bool FlexFrom(long request, DateTimeOffset at, DateTimeOffset deadline)
    {
        if (_laws.Flex is not { } flex)
        {
            return false;
        }

        for (DateTimeOffset latest = deadline - flex.Service(request); at <= latest; at += TimeSpan.FromMinutes(1))
        {
            if (flex.Accepts(request, at))
            {
                return true;
            }

            // From the next minute's beginning on, its luck is the same.
            at = new DateTimeOffset(Draws.Minute(at) * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        }

        return false;
    }
}
