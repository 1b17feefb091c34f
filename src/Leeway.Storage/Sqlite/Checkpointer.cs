using System.Threading.Channels;

namespace Leeway.Storage.Sqlite;

/// <summary>
/// Moves the write-ahead log into the database file on a connection of its own, so that no caller waits for it. Under steady load
/// there is always a frame that came too late, and the log, which starts over only once all of it is moved, would grow for ever; when
/// it is long, the writer moves the few frames that are left, between two groups.
/// </summary>
internal sealed class Checkpointer : IAsyncDisposable
{
    private const int GroupsBetween = 64;

    // 64 MiB of pages.
    private const int LongLog = 8192;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SqliteSession _session;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;
    private readonly Task _loop;
    private int _groups;
    private volatile bool _logIsLong;

    public Checkpointer(string file, TimeProvider clock)
    {
        _session = SqliteSession.OpenWriter(file);
        _loop = Task.Run(LoopAsync);
        _timer = clock.CreateTimer(static state => ((Checkpointer)state!).Tick(), this, Period, Period);
    }

    /// <summary>Called by the writer, on its own connection, after each group.</summary>
    public void Committed(SqliteSession writer)
    {
        if (_logIsLong)
        {
            _logIsLong = false;
            writer.Checkpoint();
        }

        if (Interlocked.Increment(ref _groups) >= GroupsBetween)
        {
            Tick();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _wake.Writer.TryComplete();
        await _loop;
        _session.Dispose();
    }

    private void Tick()
    {
        if (Interlocked.Exchange(ref _groups, 0) > 0)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    private async Task LoopAsync()
    {
        await foreach (bool _ in _wake.Reader.ReadAllAsync())
        {
            (int frames, int _) = _session.Checkpoint();
            _logIsLong = frames > LongLog;
        }
    }
}
