using System.Data.Common;
using System.Globalization;
using Leeway.Chaos.Troubles;

namespace Leeway.Chaos.Checking;

/// <summary>
/// Looks into the database every second, past every proxy and by the harness's own clock: whether work moves, and whether what nodes share
/// out among them is kept at every moment.
/// </summary>
internal sealed class Pulse(Func<DbConnection> connect, ChaosOptions options, Findings findings)
{
    private const string Ended = "SELECT count(*) FROM requests WHERE state >= 10";
    private const string Due = "SELECT count(*) FROM requests WHERE finished_at IS NULL AND deadline <= @due";
    private const string Enqueued = "SELECT COALESCE(SUM(estimated_tokens), 0) FROM batches WHERE state > 1 AND state < 7";
    private const string EnqueuedBatches = "SELECT count(*) FROM batches WHERE state > 1 AND state < 7";
    private const string Spent = "SELECT COALESCE(SUM(used), 0) FROM allowances WHERE name = 'rescue'";
    private const decimal SpentUnit = 1_000_000_000;

    // What was under way when the budget was used up: a call of 20 s, told of a second later, by a node that may have slept or been cut off for 25 s.
    private static readonly TimeSpan s_underWay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);

    private readonly Stall _stall = new();
    private DbConnection? _connection;
    private long _mostEnqueued;
    private DateTimeOffset? _usedUpAt;
    private decimal _spent;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync();
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException or InvalidOperationException)
            {
                _stall.Note(TimeProvider.System.GetUtcNow(), null, 0);
                await CloseAsync();
            }

            await Task.Delay(s_step, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await CloseAsync();
    }

    /// <summary>Says what was seen.</summary>
    public void Report(TroubleLog troubles, DateTimeOffset began)
    {
        (TimeSpan length, DateTimeOffset from) = _stall.Longest;
        string during = string.Join(", ", troubles.During(from, from + length).Select(one => one.Trouble.Kind).Distinct());
        findings.Count("longest stall", string.Create(
            CultureInfo.InvariantCulture, $"{length.TotalSeconds:0} s without an end while some were due, from {(from - began).TotalSeconds:0} s{(during.Length > 0 ? $", during {during}" : "")}"));
        findings.Count("enqueued tokens", string.Create(CultureInfo.InvariantCulture, $"{options.EnqueuedTokens} allowed over all nodes, at most {_mostEnqueued} seen"));
        if (options.RescueBudget is { } budget)
        {
            findings.Count("rescue budget", string.Create(
                CultureInfo.InvariantCulture, $"{budget} USD, spent {_spent} USD{(_usedUpAt is { } at ? $", used up at {(at - began).TotalSeconds:0} s" : "")}"));
        }
    }

    private async Task LookAsync()
    {
        _connection ??= await OpenAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        long ended = await AskAsync(Ended);
        long due = await AskAsync(Due, (now + NodeConfig.RescueMargin).ToUnixTimeMilliseconds());
        _stall.Note(now, ended, due);

        // One that is larger than the limit by itself goes alone.
        long enqueued = await AskAsync(Enqueued);
        _mostEnqueued = Math.Max(_mostEnqueued, enqueued);
        if (enqueued > options.EnqueuedTokens && await AskAsync(EnqueuedBatches) > 1 && await AskAsync(Enqueued) > options.EnqueuedTokens)
        {
            findings.Violate(Promises.Limits, "enqueued tokens", string.Create(CultureInfo.InvariantCulture, $"{enqueued} at {now:HH:mm:ss.fff}, {options.EnqueuedTokens} allowed"));
        }

        if (options.RescueBudget is { } budget)
        {
            LookAtBudget(now, budget, await AskAsync(Spent) / SpentUnit);
        }
    }

    private void LookAtBudget(DateTimeOffset now, decimal budget, decimal spent)
    {
        if (_usedUpAt is { } at && spent > _spent && now - at > s_underWay)
        {
            findings.Violate(Promises.Limits, "rescue budget", string.Create(
                CultureInfo.InvariantCulture, $"{spent - _spent} USD were spent {(now - at).TotalSeconds:0} s after {budget} USD had been used up"));
        }

        _usedUpAt ??= spent >= budget ? now : null;
        _spent = spent;
    }

    private async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = connect();
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<long> AskAsync(string sql, long? due = null)
    {
        using DbCommand command = _connection!.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 5;
        if (due is { } instant)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@due", instant);
            command.Parameters.Add(parameter);
        }

        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
