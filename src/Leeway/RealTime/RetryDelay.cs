namespace Leeway.RealTime;

/// <summary>How long to wait before a retry.</summary>
internal static class RetryDelay
{
    /// <summary>
    /// What the provider asks for, if it does; else the deployment's back-off doubled per retry with a quarter of jitter taken off, as the
    /// official SDKs do.
    /// </summary>
    public static TimeSpan For(Deployment deployment, int retry, TimeSpan? retryAfter, IRandomSource random)
    {
        if (retryAfter is { } asked)
        {
            return asked;
        }

        double scale = Math.Pow(2, retry) * (1 - (0.25 * random.NextDouble()));
        TimeSpan delay = deployment.RetryBackoff * scale;
        return delay < deployment.RetryBackoffMax ? delay : deployment.RetryBackoffMax;
    }
}
