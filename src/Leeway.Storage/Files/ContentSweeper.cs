using Leeway.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Leeway.Storage.Files;

/// <summary>Removes copies from this node's folder whose content another node has removed.</summary>
internal sealed partial class ContentSweeper : IAsyncDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(10);

    // Longer than any upload may take from its content to its row.
    private static readonly TimeSpan s_young = TimeSpan.FromHours(1);

    private readonly FileContents _cache;
    private readonly ReadPool _reads;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    public ContentSweeper(FileContents cache, ReadPool reads, TimeProvider clock, ILogger logger)
    {
        (_cache, _reads, _logger) = (cache, reads, logger);
        _timer = clock.CreateTimer(static state => _ = ((ContentSweeper)state!).RunOnceAsync(TimeProvider.System.GetUtcNow().UtcDateTime - s_young), this, s_period, s_period);
    }

    /// <summary>Removes what is unknown and was written before an instant.</summary>
    public async Task RunOnceAsync(DateTime writtenBefore)
    {
        try
        {
            HashSet<Guid> known = await _reads.ReadAsync(0, static (session, _) => Known(session), CancellationToken.None);
            _cache.Sweep(known.Contains, writtenBefore);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StorageUnavailableException or ObjectDisposedException)
        {
            LogNotSwept(exception);
        }
    }

    /// <summary>The contents that rows know of.</summary>
    public static HashSet<Guid> Known(Session session)
    {
        var known = new HashSet<Guid>();
        Statement row = session.Read(FileSql.LoadContents);
        while (row.Next())
        {
            known.Add(row.Id());
        }

        session.EndReads();
        return known;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    [LoggerMessage(4, LogLevel.Warning, "Copies of removed files could not be looked for; they are with the next sweep.")]
    private partial void LogNotSwept(Exception exception);
}
