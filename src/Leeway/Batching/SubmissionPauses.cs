namespace Leeway.Batching;

/// <summary>Deployments to which no batch is submitted for a while, after the provider refused one. Thread-safe.</summary>
public sealed class SubmissionPauses(TimeProvider clock)
{
    private readonly Dictionary<string, (DateTimeOffset Until, int Times)> _pauses = [];
    private readonly Lock _lock = new();

    /// <summary>Stops submissions to a deployment for a while, longer each time: 30 s, 1 min, … 30 min, and never shorter than asked for.</summary>
    public void Begin(string deployment, TimeSpan? asked = null)
    {
        lock (_lock)
        {
            int times = _pauses.TryGetValue(deployment, out (DateTimeOffset Until, int Times) pause) ? pause.Times + 1 : 1;
            TimeSpan wait = TimeSpan.FromSeconds(Math.Min(1800, 30 * Math.Pow(2, Math.Min(times - 1, 10))));
            _pauses[deployment] = (clock.GetUtcNow() + (asked > wait ? asked.Value : wait), times);
        }
    }

    /// <summary>Ends a pause after a success.</summary>
    public void End(string deployment)
    {
        lock (_lock)
        {
            _pauses.Remove(deployment);
        }
    }

    /// <summary>When submissions to a deployment may go on, or null when they may now.</summary>
    public DateTimeOffset? EndOf(string deployment)
    {
        lock (_lock)
        {
            return _pauses.TryGetValue(deployment, out (DateTimeOffset Until, int Times) pause) && pause.Until > clock.GetUtcNow() ? pause.Until : null;
        }
    }
}
