using Leeway.Advisor.Profile;
using Leeway.Traces.Database;
using Leeway.Traces.Reading;

namespace Leeway.Traces;

/// <summary>From files to their requests, one by one in order of time.</summary>
public static class TraceRequests
{
    /// <summary>Reads the files together. Requests of a coarse clock are spread over its tick.</summary>
    /// <param name="files">Everything that <see cref="TraceAdviser"/> reads.</param>
    /// <param name="options">How.</param>
    /// <param name="rate">Requests per second to come at, as a Poisson process in the files' order, where their times mean nothing; null: at their own times.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What was read, and the requests.</returns>
    /// <exception cref="TraceException">They cannot be read, or their rows are sums over several requests.</exception>
    public static (TraceSource Source, IReadOnlyList<TraceRequest> Requests) Read(IReadOnlyList<string> files, TraceOptions options, double? rate, CancellationToken cancellationToken)
    {
        using var database = new TraceDatabase(options, cancellationToken);
        var intake = new TraceIntake(database, options);
        TraceSource source = intake.Read(files);
        if (intake.IsSums)
        {
            throw new TraceException("Each row of the trace adds up several requests.", "Name a trace with one row for each request.");
        }

        var requests = new List<TraceRequest>();
        var random = new SeededRandomSource(options.Seed);
        if (rate is { } perSecond)
        {
            double at = 0;
            database.Read("SELECT came, input, output FROM used", row =>
            {
                at += -Math.Log(1 - random.NextDouble()) / perSecond;
                requests.Add(new TraceRequest((long)(at * 1e6), (int)row.GetInt64(1), (int)row.GetInt64(2)));
            });
            return (source, requests);
        }

        var raw = new ArrivalTally(0);
        database.Read("SELECT came, input, output FROM used ORDER BY came, input, output", row =>
        {
            raw.Add(row.GetInt64(0), -1);
            requests.Add(new TraceRequest(row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2)));
        });
        return (source, TickSpread.IsNeeded(raw) ? Spread(requests, raw.Tick, random) : requests);
    }

    private static List<TraceRequest> Spread(List<TraceRequest> requests, long tick, SeededRandomSource random)
    {
        var spread = new List<TraceRequest>(requests.Count);
        var ticks = new TickSpread(tick, random, (at, index) => spread.Add(requests[index] with { AtMicros = at }));
        for (int i = 0; i < requests.Count; i++)
        {
            ticks.Add(requests[i].AtMicros, i);
        }

        ticks.Flush();
        return spread;
    }
}
