using Leeway.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Storage.Postgres;

/// <summary>
/// A statement on PostgreSQL. One that is run for its effect is handed to the session, which sends it together with others; asking for a
/// row or a count sends all that wait and this one in one round trip.
/// </summary>
internal sealed class PostgresStatement(PostgresSession session, string text, GatheredRows? gathered) : Statement
{
    // U+0000 is the one character that no text of PostgreSQL can hold.
    private const char Null = '\0';
    private const char Replacement = '\uFFFD';

    private readonly Dictionary<GatheredRows, bool> _names = [];
    private readonly RowBuffer _own = new();
    private RowBuffer? _answer;
    private NpgsqlBatchCommand _command = new(text);
    private string? _demanding;
    private long _number;
    private bool _asked;
    private int _cell;

    /// <inheritdoc/>
    public override Statement Reset()
    {
        _own.Clear();
        _answer = null;
        _asked = false;
        _number = 0;
        gathered?.DropPartial();
        if (_command.Parameters.Count > 0)
        {
            _command = new NpgsqlBatchCommand(text);
        }

        return this;
    }

    /// <summary>Whether it may look at or change the table that rows wait for.</summary>
    public bool Names(GatheredRows rows)
    {
        if (!_names.TryGetValue(rows, out bool names))
        {
            names = text.Contains(rows.Table, StringComparison.Ordinal);
            _names.Add(rows, names);
        }

        return names;
    }

    /// <summary>The statement as it is bound, for somebody else to run.</summary>
    public NpgsqlBatchCommand Take()
    {
        NpgsqlBatchCommand command = _command;
        _command = new NpgsqlBatchCommand(text);
        return command;
    }

    /// <summary>What is bound travels as a row of these; null: each time as a statement of its own.</summary>
    public GatheredRows? Gathered => gathered;

    /// <summary>Stands before the rows of an answer.</summary>
    public Statement Answered(RowBuffer rows)
    {
        (_answer, _asked) = (rows, true);
        return this;
    }

    /// <summary>Binds the number of the row to be added.</summary>
    public Statement WithNumber(long number)
    {
        _number = number;
        return With(number);
    }

    /// <inheritdoc/>
    public override Statement With(long value) => gathered is not null ? With((long?)value) : Bind(new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint });

    /// <inheritdoc/>
    public override Statement With(long? value)
    {
        if (gathered is null)
        {
            return value is { } one ? With(one) : BindNull(NpgsqlDbType.Bigint);
        }

        gathered.Add(value);
        return this;
    }

    /// <inheritdoc/>
    public override Statement With(string? value)
    {
        value = value?.Contains(Null) == true ? value.Replace(Null, Replacement) : value;
        if (gathered is null)
        {
            return value is null ? BindNull(NpgsqlDbType.Text) : Bind(new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text });
        }

        gathered.Add(value);
        return this;
    }

    /// <summary>As bytes: nobody has looked whether they are what PostgreSQL takes for a text.</summary>
    public override Statement WithText(ReadOnlySpan<byte> utf8) => With(utf8.IsEmpty ? null : utf8.ToArray());

    /// <inheritdoc/>
    public override Statement With(byte[]? value)
    {
        if (gathered is null)
        {
            return value is null ? BindNull(NpgsqlDbType.Bytea) : Bind(new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea });
        }

        gathered.Add(value);
        return this;
    }

    /// <inheritdoc/>
    public override Statement With(ReadOnlyMemory<byte> value)
    {
        if (gathered is null)
        {
            return Bind(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea });
        }

        gathered.Add(value);
        return this;
    }

    /// <inheritdoc/>
    public override Statement With(ReadOnlySpan<byte> value) => With(value.ToArray());

    /// <inheritdoc/>
    public override Statement With(Guid value) =>
        gathered is not null ? With((Guid?)value) : Bind(new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid });

    /// <inheritdoc/>
    public override Statement With(Guid? value)
    {
        if (gathered is null)
        {
            return value is { } id ? With(id) : BindNull(NpgsqlDbType.Uuid);
        }

        gathered.Add(value);
        return this;
    }

    /// <inheritdoc/>
    public override void Run()
    {
        if (gathered is null)
        {
            session.Later(this, Take());
            return;
        }

        session.Complete(gathered);
    }

    /// <inheritdoc/>
    public override void RunDemanded()
    {
        _command.CommandText = _demanding ??= PostgresDialect.Demanding(text);
        session.Demand(Take());
    }

    /// <inheritdoc/>
    public override int RunCounted()
    {
        NpgsqlBatchCommand command = gathered is null ? Take() : session.TakeLast(gathered);
        session.Now(command, null);
        return command.RecordsAffected;
    }

    /// <inheritdoc/>
    public override long RunNumbered()
    {
        if (_number > 0)
        {
            Run();
            return _number;
        }

        _command.CommandText = PostgresDialect.Numbering(text);
        return Next() ? Int64() : throw new InvalidOperationException("The insert gave no number.");
    }

    /// <inheritdoc/>
    public override bool Next()
    {
        if (!_asked)
        {
            _asked = true;
            session.Now(Take(), _own);
        }

        _cell = Rows.Step();
        return _cell >= 0;
    }

    /// <inheritdoc/>
    public override long Int64() => Rows[_cell++].Number;

    /// <inheritdoc/>
    public override string Text() => Rows[_cell++].Text;

    /// <inheritdoc/>
    public override Guid Id() => Rows[_cell++].Id;

    /// <inheritdoc/>
    public override byte[] Bytes() => Rows[_cell++].Bytes;

    private RowBuffer Rows => _answer ?? _own;

    /// <inheritdoc/>
    protected override bool IsNull()
    {
        if (!Rows[_cell].IsNull)
        {
            return false;
        }

        _cell++;
        return true;
    }

    private PostgresStatement BindNull(NpgsqlDbType type) => Bind(new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type });

    private PostgresStatement Bind(NpgsqlParameter parameter)
    {
        _command.Parameters.Add(parameter);
        return this;
    }
}
