using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// A connection to PostgreSQL that is opened when it is needed, and anew after it was lost. Statements that are run for their effect wait
/// here and travel together.
/// </summary>
internal sealed class PostgresSession(PostgresLink link) : Session
{
    // A transaction whose node has vanished holds locks that others wait for.
    private const string LimitIdle = "SET LOCAL idle_in_transaction_session_timeout = 10000";

    // Enough for the round trip not to count.
    private const int AskedAtOnce = 512;

    private const int MostGathered = 1024;

    // More would only hold parameters in memory.
    private const int MostWaiting = 2048;

    private static readonly List<RowBuffer> s_none = [];

    private readonly Dictionary<object, PostgresStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<NpgsqlBatchCommand> _waiting = [];
    private readonly List<GatheredRows> _gathered = [];
    private readonly NumberBlocks _numbers = new();
    private readonly HashSet<StorageHint> _hints = [];
    private CommitMarks? _marks;
    private int _preamble;
    private bool _sent;

    /// <summary>Marks each transaction from now on, so that a commit whose answer is lost can be looked up.</summary>
    public void MarkCommits(CommitMarks marks) => _marks = marks;

    /// <inheritdoc/>
    public override Statement Write(string sql)
    {
        if (_statements.TryGetValue(sql, out PostgresStatement? statement))
        {
            return statement.Reset();
        }

        statement = new PostgresStatement(this, PostgresDialect.Translate(sql));
        _statements.Add(sql, statement);
        return statement;
    }

    /// <inheritdoc/>
    public override Statement Read(string sql) => Write(sql);

    /// <inheritdoc/>
    public override Statement Number(string sql, NumberedTable table)
    {
        long number = _numbers.Next(this, table);
        return ((PostgresStatement)Write(sql)).WithNumber(number);
    }

    /// <inheritdoc/>
    public override void Each<TItem, TState>(
        IReadOnlyList<TItem> items, string sql, TState state, Action<Statement, TItem, TState> bind, Action<Statement, TItem, TState> read)
    {
        var statement = (PostgresStatement)Write(sql);
        var asked = new List<NpgsqlBatchCommand>(Math.Min(items.Count, AskedAtOnce));
        var answers = new List<RowBuffer>(Math.Min(items.Count, AskedAtOnce));
        for (int first = 0; first < items.Count; first += AskedAtOnce)
        {
            int count = Math.Min(AskedAtOnce, items.Count - first);
            asked.Clear();
            for (int i = 0; i < count; i++)
            {
                // What binding looks up is asked at once, so the questions come together only afterwards.
                bind(statement, items[first + i], state);
                asked.Add(statement.Take());
                if (i == answers.Count)
                {
                    answers.Add(new RowBuffer());
                }
            }

            Close();
            _waiting.AddRange(asked);
            Send(answers.GetRange(0, count));
            for (int i = 0; i < count; i++)
            {
                read(statement.Answered(answers[i]), items[first + i], state);
            }

            statement.Reset();
        }
    }

    /// <inheritdoc/>
    public override void Hint(StorageHint hint) => _hints.Add(hint);

    /// <summary>Rows were taken off the wire already.</summary>
    public override void EndReads()
    {
    }

    /// <inheritdoc/>
    public override void Execute(string script)
    {
        Close();
        Send(s_none);
        using NpgsqlCommand command = link.Connection().CreateCommand();
#pragma warning disable CA2100 // Scripts are constants and the embedded migrations.
        command.CommandText = script;
#pragma warning restore CA2100

        // An index of a large table takes its time.
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override void Begin()
    {
        BeginWith("BEGIN");
        _waiting.Add(new NpgsqlBatchCommand(LimitIdle));
        if (_marks is not null)
        {
            _waiting.Add(_marks.Next());
        }

        _preamble = _waiting.Count;
    }

    /// <summary>Begins a snapshot.</summary>
    public void BeginReading()
    {
        BeginWith("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        _preamble = _waiting.Count;
    }

    /// <inheritdoc/>
    public override void Commit()
    {
        if (!_sent && _waiting.Count == _preamble && _gathered.Count == 0)
        {
            // Nothing was written or read.
            _waiting.Clear();
            return;
        }

        Close();
        foreach (StorageHint hint in _hints)
        {
            _waiting.Add(PostgresHints.Command(hint));
        }

        _waiting.Add(new NpgsqlBatchCommand("COMMIT"));
        try
        {
            Send(s_none);
        }
        catch (Exception failure) when (_marks is not null && PostgresFailures.Judge(failure) == WriteFailure.Lost)
        {
            link.Drop();
            if (!_marks.IsCommitted(link, waits: true))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public override void RollBack()
    {
        Forget();
        if (!_sent || !link.IsOpen)
        {
            return;
        }

        try
        {
            _waiting.Add(new NpgsqlBatchCommand("ROLLBACK"));
            Send(s_none);
        }
        catch (Exception failure) when (PostgresFailures.Judge(failure) != WriteFailure.Refused)
        {
            // The server forgets by itself what a lost connection had begun.
            link.Drop();
        }
    }

    /// <inheritdoc/>
    public override WriteFailure Judge(Exception failure)
    {
        WriteFailure judged = PostgresFailures.Judge(failure);
        if (judged == WriteFailure.Lost)
        {
            link.Drop();
        }

        return judged;
    }

    /// <inheritdoc/>
    public override bool WasCommitted() => _marks?.IsCommitted(link, waits: false) ?? false;

    /// <inheritdoc/>
    public override void Dispose() => link.Dispose();

    /// <summary>Runs a statement together with what waits next.</summary>
    public void Later(PostgresStatement statement, NpgsqlBatchCommand command)
    {
        if (_gathered.Exists(statement.Names))
        {
            Close();
        }

        _waiting.Add(command);
        if (_waiting.Count >= MostWaiting)
        {
            Send(s_none);
        }
    }

    /// <summary>Rows of inserts wait together, until a statement names their table or somebody asks for something.</summary>
    public void Later(GatheredRows rows)
    {
        if (!_gathered.Contains(rows))
        {
            _gathered.Add(rows);
        }

        if (rows.Count >= MostGathered)
        {
            Close();
        }
    }

    /// <summary>The row that was bound last, apart from those that wait.</summary>
    public NpgsqlBatchCommand TakeLast(GatheredRows rows)
    {
        Close();
        rows.Complete();
        return rows.Take();
    }

    /// <summary>Runs what waits and a statement.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="rows">Takes its rows; null when it gives none.</param>
    public void Now(NpgsqlBatchCommand command, RowBuffer? rows)
    {
        Close();
        _waiting.Add(command);
        Send(rows is null ? s_none : [rows]);
    }

    private void Close()
    {
        foreach (GatheredRows rows in _gathered)
        {
            _waiting.Add(rows.Take());
        }

        _gathered.Clear();
    }

    private void Forget()
    {
        _hints.Clear();
        _waiting.Clear();
        _gathered.ForEach(static rows => rows.Clear());
        _gathered.Clear();
    }

    private void BeginWith(string begin)
    {
        Forget();
        _sent = false;
        _waiting.Add(new NpgsqlBatchCommand(begin));
    }

    // Those that give rows come last.
    private void Send(List<RowBuffer> rows)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        try
        {
            using var batch = new NpgsqlBatch(link.Connection());
            foreach (NpgsqlBatchCommand command in _waiting)
            {
                batch.BatchCommands.Add(command);
            }

            _sent = true;
            using NpgsqlDataReader reader = batch.ExecuteReader();
            for (int i = 0; i < rows.Count; i++)
            {
                rows[i].Fill(reader);
                reader.NextResult();
            }

            while (reader.NextResult())
            {
            }
        }
        finally
        {
            _waiting.Clear();
        }
    }
}
