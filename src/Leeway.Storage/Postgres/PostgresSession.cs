using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// A connection to PostgreSQL that is opened when it is needed, and anew after it was lost. Statements that are run for their effect wait
/// here and travel together.
/// </summary>
internal sealed class PostgresSession(PostgresLink link) : Session
{
    // A transaction whose node has vanished holds locks that others wait for. And a plan made while a table was nearly empty is kept until the
    // server has counted its rows anew, a minute later or more: reading it whole would long have become dear.
    private const string Settings = "SELECT set_config('idle_in_transaction_session_timeout', '10000', true), set_config('enable_seqscan', 'off', true)";

    // Enough for the round trip not to count.
    private const int AskedAtOnce = 512;

    private const int MostGathered = 1024;

    // More would only hold parameters in memory.
    private const int MostWaiting = 2048;

    private static readonly List<RowBuffer> s_none = [];

    private readonly Dictionary<object, PostgresStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, PostgresStatement> _questions = new(ReferenceEqualityComparer.Instance);
    private readonly List<NpgsqlBatchCommand> _waiting = [];
    private readonly List<GatheredRows> _gathered = [];
    private readonly NumberBlocks _numbers = new();
    private readonly HashSet<StorageHint> _hints = [];
    private CommitMarks? _marks;
    private int _preamble;
    private bool _sent;

    // Answers that nobody reads, before those that are.
    private int _unread;
    private bool _demands;

    /// <summary>Marks each transaction from now on, so that a commit whose answer is lost can be looked up.</summary>
    public void MarkCommits(CommitMarks marks) => _marks = marks;

    /// <inheritdoc/>
    public override Statement Write(string sql) => Prepared(_statements, sql, GatheredRows.OfInsert);

    /// <inheritdoc/>
    public override Statement WriteRow(string sql) => Prepared(_statements, sql, GatheredRows.OfRow);

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
        PostgresStatement statement = Prepared(_questions, sql, GatheredRows.OfQuestion);
        for (int first = 0; first < items.Count; first += AskedAtOnce)
        {
            int count = Math.Min(AskedAtOnce, items.Count - first);

            // What binding looks up is asked at once, so the questions come together only afterwards.
            List<RowBuffer> answers = statement.Gathered is { } rows
                ? AskTogether(statement, rows, count, i => bind(statement, items[first + i], state))
                : AskEach(statement, count, i => bind(statement, items[first + i], state));
            for (int i = 0; i < count; i++)
            {
                read(statement.Answered(answers[answers.Count == 1 ? 0 : i].OfItem(i)), items[first + i], state);
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
        _waiting.Add(new NpgsqlBatchCommand(Settings));
        _unread = 1;
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
            Forget();
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
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The server forgets by itself what a lost connection had begun; nor is one that refuses this of any use.
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

    /// <summary>Runs a question that fails the transaction when no row answers it.</summary>
    public void Demand(NpgsqlBatchCommand command)
    {
        _demands = true;
        _unread++;
        _waiting.Add(command);
    }

    /// <summary>
    /// Takes the row that was bound last. Rows wait together until a statement names their table or somebody asks for something; those that were
    /// bound before for the same table by another statement, or for the same row, go first.
    /// </summary>
    public void Complete(GatheredRows rows)
    {
        if (_gathered.Contains(rows) ? rows.HasRowOfLast : _gathered.Exists(rows.Meets))
        {
            Close();
        }

        rows.Complete();
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

    private PostgresStatement Prepared(Dictionary<object, PostgresStatement> statements, string sql, Func<string, GatheredRows?> gather)
    {
        if (statements.TryGetValue(sql, out PostgresStatement? statement))
        {
            statement.Reset();
            return statement;
        }

        string text = PostgresDialect.Translate(sql);
        statement = new PostgresStatement(this, text, gather(text));
        statements.Add(sql, statement);
        return statement;
    }

    // One statement for all, whose rows say whose they are.
    private List<RowBuffer> AskTogether(PostgresStatement statement, GatheredRows rows, int count, Action<int> bind)
    {
        rows.Clear();
        for (int i = 0; i < count; i++)
        {
            bind(i);
            rows.Complete();
        }

        var answer = new RowBuffer();
        Close();
        _waiting.Add(rows.Take());
        Send([answer]);
        answer.OrderByItem();
        return [answer];
    }

    private List<RowBuffer> AskEach(PostgresStatement statement, int count, Action<int> bind)
    {
        var asked = new List<NpgsqlBatchCommand>(count);
        var answers = new List<RowBuffer>(count);
        for (int i = 0; i < count; i++)
        {
            bind(i);
            asked.Add(statement.Take());
            answers.Add(new RowBuffer());
        }

        Close();
        _waiting.AddRange(asked);
        Send(answers);
        return answers;
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
        _unread = 0;
        _gathered.ForEach(static rows => rows.Clear());
        _gathered.Clear();
    }

    private void BeginWith(string begin)
    {
        Forget();
        _sent = false;
        _demands = false;
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
            for (; _unread > 0; _unread--)
            {
                reader.NextResult();
            }

            for (int i = 0; i < rows.Count; i++)
            {
                rows[i].Fill(reader);
                reader.NextResult();
            }

            while (reader.NextResult())
            {
            }
        }
        catch (PostgresException failure) when (_demands && failure.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            throw new RowMissingException();
        }
        finally
        {
            _waiting.Clear();
        }
    }
}
