namespace Leeway.Chaos.Load;

/// <summary>Arrivals drawn from the seed: what comes, when, how long and how urgent. What becomes of it is up to the cluster.</summary>
internal sealed class Traffic(Clients clients, double rate, int seed)
{
    private const int RunLines = 12;
    private const int BatchLines = 30;

    // A run counts as its lines, so that the rate is of requests.
    private static readonly (int Weight, int Requests)[] s_mix = [(30, 1), (12, 1), (25, 1), (2, RunLines), (1, BatchLines)];

    // Short enough for the last safe moment to come while something is broken, up to long enough for anything.
    private static readonly string[] s_waits = ["20s", "45s", "2m", "10m", "priority:standard", "priority:low"];

    private static readonly double s_requestsPerArrival = s_mix.Sum(one => one.Weight * one.Requests) / (double)s_mix.Sum(one => one.Weight);

    /// <summary>Lets clients arrive until told to stop, and waits for all that came.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(seed);
        var clock = TimeProvider.System;
        var under = new List<Task>();
        double due = 0;
        long begun = clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            due += -Math.Log(1 - random.NextDouble()) * s_requestsPerArrival / rate;
            TimeSpan wait = TimeSpan.FromSeconds(due) - clock.GetElapsedTime(begun);
            if (wait > TimeSpan.Zero)
            {
                try
                {
                    await Task.Delay(wait, stop);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }

            // Each client draws from a source of its own, so that the order in which they run changes nothing.
            int kind = Draw(random);
            string waits = s_waits[random.Next(s_waits.Length)];
            under.Add(StartAsync(kind, waits, new Random(random.Next())));
            under.RemoveAll(static task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(under);
    }

    private Task StartAsync(int kind, string waits, Random random) => kind switch
    {
        0 => clients.AsyncAsync(random, waits),
        1 => clients.HeldAsync(random, waits),
        2 => clients.RealTimeAsync(random),
        3 => clients.RunAsync(random, RunLines, waits),
        _ => clients.BatchAsync(random, BatchLines, waits.Contains(':', StringComparison.Ordinal) ? "24h" : waits),
    };

    private static int Draw(Random random)
    {
        int at = random.Next(s_mix.Sum(one => one.Weight));
        int kind = 0;
        while (at >= s_mix[kind].Weight)
        {
            at -= s_mix[kind++].Weight;
        }

        return kind;
    }
}
