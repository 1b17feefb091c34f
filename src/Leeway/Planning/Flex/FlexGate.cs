using Leeway.Planning.Ladder;

namespace Leeway.Planning.Flex;

/// <summary>
/// Knows where there is a flex tier and whether it has room, from what became of the tries. Once a tier refuses one try after another it is
/// closed: then one probe goes out each time the retry has passed, and all else waits. Thread-safe.
/// </summary>
public sealed class FlexGate(IConfigSource config, IPriceCatalog prices, IEnumerable<IProvider> providers) : IFlexForecasts
{
    private readonly Dictionary<string, ProviderCapabilities> _capabilities = providers.ToDictionary(provider => provider.Kind, provider => provider.Capabilities);
    private readonly Dictionary<string, FlexRecord> _records = [];
    private readonly Lock _lock = new();
    private long _revision;

    /// <inheritdoc/>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>Why <paramref name="deployment"/> cannot answer <paramref name="endpoint"/> in a flex tier now, as the end of a sentence; null when it can.</summary>
    public string? WhyNone(Deployment deployment, string endpoint, DateTimeOffset now) =>
        WhyNone(deployment, now)
        ?? (_capabilities[deployment.Kind].FlexEndpoints.Contains(endpoint) ? null : $"its vendor's flex tier does not serve {endpoint}");

    /// <inheritdoc/>
    public FlexForecast? ForecastOf(Deployment deployment, string endpoint, DateTimeOffset now)
    {
        if (WhyNone(deployment, endpoint, now) is not null)
        {
            return null;
        }

        lock (_lock)
        {
            FlexRecord record = RecordOf_NeedsLock(deployment);
            record.Settle(now);
            NoteChange_NeedsLock(record);
            return record.Forecast(now, config.Current.Lanes.Flex.Retry);
        }
    }

    /// <inheritdoc/>
    public bool IsOpen(string deployment)
    {
        lock (_lock)
        {
            return !_records.TryGetValue(deployment, out FlexRecord? record) || record.IsOpen;
        }
    }

    /// <summary>Begins a try.</summary>
    /// <returns>The try, of which one of the other methods must be told what became; null when the tier is closed and no probe is due.</returns>
    public FlexTry? Begin(Deployment deployment, DateTimeOffset now)
    {
        lock (_lock)
        {
            FlexRecord record = RecordOf_NeedsLock(deployment);
            record.Settle(now);
            FlexTry? begun = record.Begin(now, config.Current.Lanes.Flex.Retry);
            NoteChange_NeedsLock(record);
            return begun;
        }
    }

    /// <summary>How long a request that was not let through has to wait: for the next probe, but no longer than between two tries.</summary>
    public TimeSpan WaitOf(Deployment deployment, DateTimeOffset now)
    {
        TimeSpan retry = config.Current.Lanes.Flex.Retry;
        lock (_lock)
        {
            TimeSpan next = RecordOf_NeedsLock(deployment).NextTryIn(now, retry);
            return next < retry ? next : retry;
        }
    }

    /// <summary>The tier refused the try.</summary>
    public void Refused(FlexTry one, DateTimeOffset now) => End(one, record => record.Refused(one, now, config.Current.Lanes.Flex.Retry));

    /// <summary>The tier answered.</summary>
    public void Served(FlexTry one, DateTimeOffset now) => End(one, record => record.Served(one, now));

    /// <summary>The try ended in a way that says nothing of the tier's room.</summary>
    public void Left(FlexTry one) => End(one, record => record.Left(one));

    /// <summary>The vendor says that there is no such tier for this model: no more tries for an hour.</summary>
    public void RuleOut(FlexTry one, DateTimeOffset now) => End(one, record => record.RuleOut(one, now));

    private void End(FlexTry one, Action<FlexRecord> note)
    {
        lock (_lock)
        {
            if (_records.TryGetValue(one.Deployment, out FlexRecord? record))
            {
                note(record);
                NoteChange_NeedsLock(record);
            }
        }
    }

    private string? WhyNone(Deployment deployment, DateTimeOffset now) =>
        !config.Current.Lanes.Flex.Enabled ? "lanes.flex.enabled is false"
        : !_capabilities[deployment.Kind].HasFlexTier ? "its vendor has no flex tier"
        : prices.PriceOf(deployment, now)?.Flex is null ? $"no price is known for {deployment.Model} in its flex tier"
        : IsRuledOut(deployment, now) ? "its vendor said that the model has no flex tier"
        : null;

    private bool IsRuledOut(Deployment deployment, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _records.TryGetValue(deployment.Id, out FlexRecord? record) && record.IsRuledOut(now);
        }
    }

    private FlexRecord RecordOf_NeedsLock(Deployment deployment)
    {
        if (!_records.TryGetValue(deployment.Id, out FlexRecord? record))
        {
            _records.Add(deployment.Id, record = new FlexRecord(deployment.Id));
        }

        return record;
    }

    private void NoteChange_NeedsLock(FlexRecord record)
    {
        if (record.TakeChange())
        {
            Interlocked.Increment(ref _revision);
        }
    }
}
