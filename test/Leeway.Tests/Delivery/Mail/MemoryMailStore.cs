namespace Leeway.Tests.Delivery.Mail;

/// <summary>Addresses and claims in memory; what is told is given by the test.</summary>
internal sealed class MemoryMailStore : IMailStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MailId, MailEndpoint> _endpoints = [];

    public List<(MailId Mail, DigestSpan Span)> Claims { get; } = [];

    public EndedWork Work { get; set; } = new([], []);

    public MailEndpoint this[MailId id] => _endpoints[id];

    public Task<bool> AddAsync(MailEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_endpoints.TryAdd(endpoint.Id, endpoint));
        }
    }

    public Task<MailEndpoint?> FindAsync(MailId id, CancellationToken cancellationToken) => Task.FromResult(_endpoints.GetValueOrDefault(id));

    public Task<IReadOnlyList<MailEndpoint>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<MailEndpoint>>([.. _endpoints.Values]);
        }
    }

    public Task UpdateAsync(MailEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _endpoints[endpoint.Id] = endpoint with { DigestedUntil = _endpoints[endpoint.Id].DigestedUntil };
            return Task.CompletedTask;
        }
    }

    public Task WatchRunAsync(RunId run, string team, MailId mail, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> TellEndedRunsAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<bool> ClaimDigestAsync(MailId id, DateTimeOffset since, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_endpoints[id].DigestedUntil != since)
            {
                return Task.FromResult(false);
            }

            _endpoints[id] = _endpoints[id] with { DigestedUntil = until };
            Claims.Add((id, new DigestSpan(since, until)));
            return Task.FromResult(true);
        }
    }

    public Task<EndedWork> SumRunAsync(string team, RunId run, CancellationToken cancellationToken) => Task.FromResult(Work);

    public Task<EndedWork> SumEndedAsync(string team, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(Work);
}
