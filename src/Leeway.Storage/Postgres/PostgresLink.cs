using System.Diagnostics;
using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// One connection, opened anew after it was lost. For a moment it waits for a server that is away; when that is longer away, it says so at
/// once and tries twice a second, or as soon as another connection finds it back.
/// </summary>
internal sealed class PostgresLink(PostgresReach reach) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    private NpgsqlConnection? _connection;
    private long _downSince;
    private long _triedAt;
    private Exception? _failure;

    /// <summary>Whether there is a connection.</summary>
    public bool IsOpen => _connection is not null;

    /// <summary>The connection.</summary>
    /// <exception cref="StorageUnavailableException">There is none to be had.</exception>
    public NpgsqlConnection Connection()
    {
        while (_connection is null)
        {
            if (_failure is not null && Stopwatch.GetElapsedTime(_downSince) > reach.Patience.Connect && Stopwatch.GetElapsedTime(_triedAt) < s_pause && !reach.IsReachedSince(_triedAt))
            {
                throw PostgresFailures.Unavailable(_failure);
            }

            _triedAt = Stopwatch.GetTimestamp();
            try
            {
                (_connection, _failure) = (reach.Open(), null);
            }
            catch (Exception failure)
            {
                _downSince = _failure is null ? _triedAt : _downSince;
                _failure = failure;
                if (PostgresFailures.Judge(failure) == WriteFailure.Refused || Stopwatch.GetElapsedTime(_downSince) > reach.Patience.Connect)
                {
                    throw PostgresFailures.Unavailable(failure);
                }

                Task.Delay(s_step, TimeProvider.System).GetAwaiter().GetResult();
            }
        }

        return _connection;
    }

    /// <summary>Gives up the connection.</summary>
    public void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();
}
