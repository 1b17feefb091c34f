using Leeway.Sandbox.Laws;
using Leeway.Traces;

namespace Leeway.Simulation.Traces;

/// <summary>The requests of a run in order of time, each with its class.</summary>
public sealed class Traffic
{
    private Traffic(string name, IReadOnlyList<DeadlineClass> classes, TrafficRequest[] requests) => (Name, Classes, Requests) = (name, classes, requests);

    /// <summary>Where it comes from, in words.</summary>
    public string Name { get; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<DeadlineClass> Classes { get; }

    /// <summary>The requests, earliest first.</summary>
    public IReadOnlyList<TrafficRequest> Requests { get; }

    /// <summary>From the first request to the last.</summary>
    public TimeSpan Length => Requests.Count == 0 ? TimeSpan.Zero : Requests[^1].At;

    /// <summary>
    /// Makes traffic of a trace: repeated end to end until there are as many requests as wanted, and faster or slower than it was. Each
    /// repetition keeps the trace's gaps and lengths; classes are drawn anew for every request.
    /// </summary>
    /// <param name="name">The trace's.</param>
    /// <param name="trace">At least two requests in order of time.</param>
    /// <param name="classes">With their shares.</param>
    /// <param name="seed">For the classes.</param>
    /// <param name="count">How many requests; null: once through.</param>
    /// <param name="scale">How many times as fast.</param>
    public static Traffic Of(string name, IReadOnlyList<TraceRequest> trace, IReadOnlyList<DeadlineClass> classes, int seed, int? count = null, double scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trace.Count, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        var requests = new TrafficRequest[count ?? trace.Count];
        long start = trace[0].AtMicros, length = trace[^1].AtMicros - start;

        // From the last request of one round to the first of the next it is a mean gap.
        double round = length + ((double)length / (trace.Count - 1));
        for (int i = 0; i < requests.Length; i++)
        {
            TraceRequest from = trace[i % trace.Count];
            double micros = ((i / trace.Count * round) + (from.AtMicros - start)) / scale;
            requests[i] = new TrafficRequest(new TimeSpan((long)(micros * TimeSpan.TicksPerMicrosecond)), from.InputTokens, from.OutputTokens, ClassOf(classes, seed, i));
        }

        return new Traffic(name, classes, requests);
    }

    /// <summary>Requests at one rate with exponential gaps and one length, for runs without a trace.</summary>
    public static Traffic Poisson(double perSecond, int count, IReadOnlyList<DeadlineClass> classes, int seed, int inputTokens = 1000, int outputTokens = 200)
    {
        var random = new SeededRandom(seed, "arrivals");
        var requests = new TrafficRequest[count];
        double at = 0;
        for (int i = 0; i < count; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) / perSecond;
            requests[i] = new TrafficRequest(TimeSpan.FromSeconds(at), inputTokens, outputTokens, ClassOf(classes, seed, i));
        }

        return new Traffic(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Poisson, {perSecond:0.###}/s"), classes, requests);
    }

    private static byte ClassOf(IReadOnlyList<DeadlineClass> classes, int seed, int number)
    {
        double left = classes.Count == 1 ? 0 : new SeededRandom(seed, "class", (ulong)number).NextDouble();
        for (int i = 0; i < classes.Count - 1; i++)
        {
            left -= classes[i].Share;
            if (left < 0)
            {
                return (byte)i;
            }
        }

        return (byte)(classes.Count - 1);
    }
}
