namespace Leeway.Simulation.Vendors;

/// <summary>The real-time API of a provider of one kind, answering after what the law says.</summary>
internal sealed partial class SimulatedProvider(string kind, ISimulatedVendor vendor, VendorBill bill, TimeProvider clock) : IProvider, IBatchProvider
{
    private static readonly byte[] s_answer = "{}"u8.ToArray();

    private readonly Dictionary<(string Deployment, Lane Lane), RateLimit> _limits = [];

    public string Kind => kind;

    public ProviderCapabilities Capabilities { get; } = vendor.CapabilitiesOf(kind);

    public async Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken)
    {
        SimulatedBody body = SimulatedBody.Read(call.Body.Span);
        Lane lane = call.OnFlexTier ? Lane.Flex : Lane.RealTime;
        DateTimeOffset now = clock.GetUtcNow();
        if (vendor.RequestsPerMinute(deployment.Id, lane, now) is { } limit && LimitOf(deployment, lane).TryTake(limit, now) is { } wait)
        {
            return Refused(ProviderErrorKind.RateLimited, wait);
        }

        CallFate fate = vendor.DrawCall(new SimulatedCall(deployment.Id, lane, body.Number, now, body.Input, body.Output));
        if (fate.Latency > TimeSpan.Zero)
        {
            await Task.Delay(fate.Latency, clock, cancellationToken);
        }

        if (fate.Error is { } error)
        {
            return Refused(error, fate.RetryAfter);
        }

        TokenUsage usage = body.Usage;
        bill.Add(deployment, lane, usage, now);
        return new ProviderAnswer(200, "application/json", new MemoryStream(s_answer, writable: false), null, null)
        {
            ContentLength = s_answer.Length,
            Reported = () => usage,
        };
    }

    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult(new ProviderProbe(deployment.BaseUrl, 200, clock.GetUtcNow(), null));

    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => null;

    // Told with the answer, never read from it.
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => null;

    private static ProviderAnswer Refused(ProviderErrorKind kind, TimeSpan? retryAfter)
    {
        int status = kind switch
        {
            ProviderErrorKind.InvalidRequest => 400,
            ProviderErrorKind.RateLimited or ProviderErrorKind.QuotaExhausted => 429,
            ProviderErrorKind.Overloaded => 503,
            _ => 500,
        };
        return new ProviderAnswer(status, "application/json", null, new ProviderError(kind, "Refused by the simulated provider.") { StatusCode = status, RetryAfter = retryAfter }, null);
    }

    private RateLimit LimitOf(Deployment deployment, Lane lane)
    {
        if (!_limits.TryGetValue((deployment.Id, lane), out RateLimit? limit))
        {
            _limits.Add((deployment.Id, lane), limit = new RateLimit());
        }

        return limit;
    }
}
