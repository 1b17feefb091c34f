using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>
/// Two states that alternate, each for an exponential time. The path depends on the seed alone: it is drawn forward from the start as far
/// as it was asked for.
/// </summary>
internal sealed class Episodes
{
    private readonly SeededRandom _random;
    private readonly TimeSpan _meanFirst;
    private readonly TimeSpan _meanSecond;
    private readonly List<DateTimeOffset> _changes = [];
    private readonly bool _startsSecond;

    /// <param name="seed">The run's.</param>
    /// <param name="purpose">Which path.</param>
    /// <param name="start">Where it begins, in a state drawn by the two states' shares of time.</param>
    /// <param name="meanFirst">Mean stay in the first state.</param>
    /// <param name="meanSecond">Mean stay in the second state; zero: it is never entered.</param>
    public Episodes(int seed, string purpose, DateTimeOffset start, TimeSpan meanFirst, TimeSpan meanSecond)
    {
        _random = new SeededRandom(seed, purpose);
        (_meanFirst, _meanSecond) = (meanFirst, meanSecond);
        _startsSecond = _random.NextDouble() < meanSecond / (meanFirst + meanSecond);
        _changes.Add(start);
    }

    /// <summary>Whether the second state holds at an instant; before the start, the state that it begins in.</summary>
    public bool IsSecond(DateTimeOffset at)
    {
        if (_meanSecond == TimeSpan.Zero)
        {
            return false;
        }

        while (_changes[^1] <= at)
        {
            // The stay that ends with the next change is of the state after an odd or even number of changes.
            bool second = _startsSecond ^ (_changes.Count % 2 == 0);
            TimeSpan stay = -Math.Log(1 - _random.NextDouble()) * (second ? _meanSecond : _meanFirst);
            _changes.Add(_changes[^1] + stay + TimeSpan.FromTicks(1));
        }

        int index = _changes.BinarySearch(at);
        int state = index >= 0 ? index : ~index - 1;
        return _startsSecond ^ (state % 2 == 1);
    }
}
