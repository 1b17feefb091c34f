using System.Globalization;

namespace Leeway.Storage.Sql;

/// <summary>
/// A prepared statement that is bound from left to right and reused. The kind of a value is told by how it is bound, also when it is null.
/// </summary>
internal abstract class Statement
{
    /// <summary>Makes the statement ready for new parameters.</summary>
    public abstract Statement Reset();

    /// <summary>Binds the next parameter.</summary>
    public abstract Statement With(long value);

    /// <inheritdoc cref="With(long)"/>
    public abstract Statement With(long? value);

    /// <inheritdoc cref="With(long)"/>
    public Statement With(bool value) => With(value ? 1L : 0L);

    /// <inheritdoc cref="With(long)"/>
    public Statement With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="With(long)"/>
    public Statement With(DateTimeOffset? value) => With(value?.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="With(long)"/>
    public Statement With(decimal? value) => With(value?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="With(long)"/>
    public abstract Statement With(string? value);

    /// <summary>Binds the next parameter to a text in UTF-8; to null when it is empty.</summary>
    public abstract Statement WithText(ReadOnlySpan<byte> utf8);

    /// <inheritdoc cref="With(long)"/>
    public abstract Statement With(byte[]? value);

    /// <summary>Binds the next parameter to bytes that stay as they are until the transaction has ended.</summary>
    public abstract Statement With(ReadOnlyMemory<byte> value);

    /// <inheritdoc cref="With(long)"/>
    public abstract Statement With(ReadOnlySpan<byte> value);

    /// <summary>Binds the next parameter to an id; ids sort by their bytes in network order, which is by time.</summary>
    public abstract Statement With(Guid value);

    /// <inheritdoc cref="With(Guid)"/>
    public abstract Statement With(Guid? value);

    /// <summary>Runs a statement that gives no rows, for its effect; a failure may show only when the transaction is asked for more.</summary>
    public abstract void Run();

    /// <summary>
    /// Runs a question that must be answered by a row, for the locks it takes: else the transaction fails by <see cref="RowMissingException"/>,
    /// at the latest when it is asked to commit.
    /// </summary>
    public abstract void RunDemanded();

    /// <summary>As <see cref="Run"/>, and waits.</summary>
    /// <returns>Rows changed.</returns>
    public abstract int RunCounted();

    /// <summary>Runs an insert into a numbered table.</summary>
    /// <returns>The number of the new row.</returns>
    public abstract long RunNumbered();

    /// <summary>Steps to the next row; false past the last.</summary>
    public abstract bool Next();

    /// <summary>Reads the next column.</summary>
    public abstract long Int64();

    /// <inheritdoc cref="Int64"/>
    public int Int32() => (int)Int64();

    /// <inheritdoc cref="Int64"/>
    public long? Int64OrNull() => IsNull() ? null : Int64();

    /// <inheritdoc cref="Int64"/>
    public bool Boolean() => Int64() != 0;

    /// <inheritdoc cref="Int64"/>
    public DateTimeOffset Instant() => DateTimeOffset.FromUnixTimeMilliseconds(Int64());

    /// <inheritdoc cref="Int64"/>
    public DateTimeOffset? InstantOrNull() => IsNull() ? null : Instant();

    /// <inheritdoc cref="Int64"/>
    public abstract string Text();

    /// <inheritdoc cref="Int64"/>
    public string? TextOrNull() => IsNull() ? null : Text();

    /// <inheritdoc cref="Int64"/>
    public decimal? MoneyOrNull() => IsNull() ? null : decimal.Parse(Text(), NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Int64"/>
    public abstract Guid Id();

    /// <inheritdoc cref="Int64"/>
    public Guid? IdOrNull() => IsNull() ? null : Id();

    /// <inheritdoc cref="Int64"/>
    public abstract byte[] Bytes();

    /// <inheritdoc cref="Int64"/>
    public byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    /// <summary>Whether the next column is null, which it then leaves behind.</summary>
    protected abstract bool IsNull();
}
