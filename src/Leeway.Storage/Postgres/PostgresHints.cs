using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// Hints by NOTIFY, heard on a connection of their own. A database that has none, or a pooler that does not pass them on, costs latency and
/// nothing else: the connection is tried again every few seconds, and nobody is told.
/// </summary>
internal sealed class PostgresHints : IAsyncDisposable
{
    private const string EndsChannel = "leeway_ends";
    private const string KeysChannel = "leeway_keys";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listening;

    /// <summary>Begins to listen.</summary>
    public PostgresHints(NpgsqlDataSource source)
    {
        _source = source;
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>Raised for each hint that is heard; a node also hears its own.</summary>
    public event Action<StorageHint>? Heard;

    /// <summary>The statement that sends a hint when the transaction commits.</summary>
    public static NpgsqlBatchCommand Command(StorageHint hint) => new(hint == StorageHint.Keys ? $"NOTIFY {KeysChannel}" : $"NOTIFY {EndsChannel}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await _source.OpenConnectionAsync(_stop.Token);
                connection.Notification += (_, hint) => Heard?.Invoke(hint.Channel == KeysChannel ? StorageHint.Keys : StorageHint.Ends);
                await using (NpgsqlCommand command = connection.CreateCommand())
                {
                    command.CommandText = $"LISTEN {EndsChannel}; LISTEN {KeysChannel}";
                    await command.ExecuteNonQueryAsync(_stop.Token);
                }

                while (true)
                {
                    await connection.WaitAsync(_stop.Token);
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or NpgsqlException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                await Task.Delay(s_pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
