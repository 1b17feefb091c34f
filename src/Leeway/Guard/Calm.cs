using Leeway.Queue;

namespace Leeway.Guard;

/// <summary>What real time can do for a deployment now.</summary>
/// <param name="Requests">Requests it may start a second; infinite without a limit.</param>
/// <param name="Tokens">Tokens a second.</param>
/// <param name="Service">Seconds that one request takes.</param>
internal readonly record struct RealTimeRates(double Requests, double Tokens, double Service);

/// <summary>
/// How long the guard need not look. A pass that finds room for everything, even if no batch came back, at half of what real time can do and in
/// slots twice as slow, holds for a while: half of that slack is left to the clock, half to requests that come meanwhile. Anything beyond, and
/// the next pass looks again. With a day's requests waiting, a pass reads thousands of slices; this reads a few numbers.
/// </summary>
/// <param name="margin">What demand is raised by, as a share of it.</param>
internal sealed class Calm(double margin)
{
    // What may be lost of rates, and of the speed of slots, before another pass.
    private const double Kept = 0.5;

    private readonly Dictionary<string, RealTimeRates> _rates = new(StringComparer.Ordinal);
    private LeewayConfig? _config;
    private DateTimeOffset _until;
    private double _slack;

    /// <summary>Begins a pass.</summary>
    public void Begin()
    {
        _rates.Clear();
        _slack = double.PositiveInfinity;
    }

    /// <summary>Takes in a deployment whose demand was just read.</summary>
    public void Note(DeploymentWork work, in RealTimeRates rates, DemandReader read)
    {
        work.ForgetJoined();
        _rates[work.Deployment] = rates;
        _slack = Math.Min(_slack, read.Requests.Slack(rates.Requests * Kept, read.ToFirst, margin));
        _slack = Math.Min(_slack, read.Tokens.Slack(rates.Tokens * Kept, read.ToFirst, margin));
    }

    /// <summary>Ends a pass; one that found something to promote leaves no calm.</summary>
    public void End(LeewayConfig config, DemandReader read, bool found, DateTimeOffset now)
    {
        _config = config;
        _slack = Math.Min(_slack, read.Slots.Slack(SlotsOf(config) * Kept, read.ToFirst, margin));

        // Nothing waits: nothing is known of what comes.
        _until = found || !(_slack > 0) || double.IsInfinity(_slack) ? DateTimeOffset.MinValue : now + TimeSpan.FromSeconds(_slack / 2);
    }

    /// <summary>Whether nothing can have become short since the last pass.</summary>
    public bool Lasts(IReadOnlyCollection<DeploymentWork> works, Func<string, RealTimeRates> ratesOf, LeewayConfig config, DateTimeOffset now)
    {
        if (now >= _until || !ReferenceEquals(config, _config))
        {
            return false;
        }

        double slots = 0;
        foreach (DeploymentWork work in works)
        {
            (int requests, long tokens, DateTimeOffset earliest) = work.Joined;
            RealTimeRates rates = ratesOf(work.Deployment);
            if (!_rates.TryGetValue(work.Deployment, out RealTimeRates then)
                || earliest <= _until
                || rates.Requests < then.Requests * Kept
                || rates.Tokens < then.Tokens * Kept
                || rates.Service * Kept > then.Service
                || Math.Max(requests / (then.Requests * Kept), tokens / (then.Tokens * Kept)) * (1 + margin) > _slack / 2)
            {
                return false;
            }

            slots += requests * then.Service;
        }

        return slots * (1 + margin) / (SlotsOf(config) * Kept) <= _slack / 2;
    }

    private static int SlotsOf(LeewayConfig config) => Math.Max(1, config.Lanes.Batch.Rescue.Concurrency);
}
