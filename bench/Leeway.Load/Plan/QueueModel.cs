using Leeway.Sandbox.Laws;
using Leeway.Simulation.Events;

namespace Leeway.Load.Plan;

/// <summary>
/// A queue of textbooks on the simulator's bare event loop: Poisson arrivals, one law of service, so many servers, first come first served, or
/// turned away when all are busy. One arrival and one departure are two events.
/// </summary>
internal sealed class QueueModel : IEventHandler
{
    private const long Arrival = 0;
    private const long Departure = 1;

    private const double TicksPerUnit = TimeSpan.TicksPerSecond;

    private readonly EventLoop _loop = new(DateTimeOffset.UnixEpoch);
    private readonly SeededRandom _random;
    private readonly Queue<long> _waiting = new();
    private readonly double _rate;
    private readonly int _servers;
    private readonly bool _waits;
    private readonly Func<SeededRandom, double> _service;
    private readonly Tally _tally;
    private int _busy;

    /// <param name="rate">Arrivals per unit of time.</param>
    /// <param name="servers">How many.</param>
    /// <param name="waits">Whether who finds all busy waits, or is lost.</param>
    /// <param name="service">Draws a service time, in units of time.</param>
    /// <param name="threshold">Waits beyond it are counted, in units of time.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="customers">How many are measured; a hundredth more come before, unmeasured.</param>
    public QueueModel(double rate, int servers, bool waits, Func<SeededRandom, double> service, double threshold, int seed, long customers)
    {
        (_rate, _servers, _waits, _service) = (rate, servers, waits, service);
        _random = new SeededRandom(seed, "queue");
        _tally = new Tally(customers, customers / 100, threshold * TicksPerUnit);
    }

    /// <summary>Events handled.</summary>
    public long Events => _loop.Handled;

    /// <summary>Runs until every measured customer has begun service or was lost.</summary>
    public Tally Run()
    {
        ScheduleArrival();
        while (!_tally.IsFull && _loop.HandleNext())
        {
        }

        return _tally;
    }

    public void Handle(long argument)
    {
        if (argument == Arrival)
        {
            ScheduleArrival();
            if (_busy < _servers)
            {
                _busy++;
                Begin(_loop.Ticks);
            }
            else if (_waits)
            {
                _waiting.Enqueue(_loop.Ticks);
            }
            else
            {
                _tally.AddLost();
            }
        }
        else if (_waiting.TryDequeue(out long arrivedAt))
        {
            Begin(arrivedAt);
        }
        else
        {
            _busy--;
        }
    }

    private void Begin(long arrivedAt)
    {
        _tally.AddWait(_loop.Ticks - arrivedAt);
        _loop.Schedule(_loop.Ticks + (long)((_service(_random) * TicksPerUnit) + 0.5), this, Departure);
    }

    private void ScheduleArrival() =>
        _loop.Schedule(_loop.Ticks + (long)((-Math.Log(1 - _random.NextDouble()) / _rate * TicksPerUnit) + 0.5), this, Arrival);

    /// <summary>What was measured, in units of time, with standard errors by the means of fifty stretches of the run.</summary>
    internal sealed class Tally(long customers, long before, double threshold)
    {
        private const int Stretches = 50;

        private readonly double[] _waits = new double[Stretches];
        private readonly double[] _over = new double[Stretches];
        private readonly double[] _lost = new double[Stretches];
        private long _seen = -before;

        public bool IsFull => _seen >= customers;

        public (double Mean, double Error) Wait => Figure(_waits, TicksPerUnit);

        public (double Mean, double Error) Over => Figure(_over, 1);

        public (double Mean, double Error) Lost => Figure(_lost, 1);

        public void AddWait(long ticks)
        {
            if (_seen >= 0 && !IsFull)
            {
                int stretch = (int)(_seen * Stretches / customers);
                _waits[stretch] += ticks;
                _over[stretch] += ticks > threshold ? 1 : 0;
            }

            _seen++;
        }

        public void AddLost()
        {
            if (_seen >= 0 && !IsFull)
            {
                _lost[(int)(_seen * Stretches / customers)]++;
            }

            _seen++;
        }

        private (double Mean, double Error) Figure(double[] sums, double unit)
        {
            double perStretch = customers / (double)Stretches * unit;
            double[] means = [.. sums.Select(sum => sum / perStretch)];
            double mean = means.Average();
            return (mean, Math.Sqrt(means.Sum(value => (value - mean) * (value - mean)) / (Stretches - 1) / Stretches));
        }
    }
}
