namespace Leeway.RealTime;

/// <summary>What calls that somebody waits for take of a deployment's limits.</summary>
/// <param name="RequestsPerSecond">Requests a second.</param>
/// <param name="TokensPerSecond">Estimated input tokens a second; 0 where the deployment has no limit of tokens.</param>
public readonly record struct RealTimeUse(double RequestsPerSecond, double TokensPerSecond);

/// <summary>Rates as exponentially weighted averages: what is older than <see cref="Memory"/> counts for less than a third. Guarded by its owner.</summary>
internal sealed class UseMeter
{
    /// <summary>Seconds: long beside the gaps of busy traffic, short beside a deferred request's wait.</summary>
    public const double Memory = 300;

    private double _requests;
    private double _tokens;

    /// <summary>Lets time pass, seconds.</summary>
    public void Pass(double seconds)
    {
        double kept = Math.Exp(-seconds / Memory);
        (_requests, _tokens) = (_requests * kept, _tokens * kept);
    }

    /// <summary>Counts a call.</summary>
    public void Add(int tokens) => (_requests, _tokens) = (_requests + (1 / Memory), _tokens + (tokens / Memory));

    /// <summary>The rates <paramref name="seconds"/> after the last step.</summary>
    public RealTimeUse Read(double seconds)
    {
        double kept = Math.Exp(-seconds / Memory);
        return new RealTimeUse(_requests * kept, _tokens * kept);
    }
}
