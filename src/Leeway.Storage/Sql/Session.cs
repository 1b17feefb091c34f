namespace Leeway.Storage.Sql;

/// <summary>
/// A connection and the statements prepared on it. Used by one caller at a time. Stores are written against it once; what a database
/// does in its own way stays behind it.
/// </summary>
internal abstract class Session : IDisposable
{
    /// <summary>The prepared statement of <paramref name="sql"/>, which must be a constant, ready to be bound and run.</summary>
    public abstract Statement Write(string sql);

    /// <summary>As <see cref="Write"/>, for a statement whose rows may be left unread: <see cref="EndReads"/> ends it.</summary>
    public abstract Statement Read(string sql);

    /// <summary>
    /// As <see cref="Write"/>, for an insert whose first parameter is the number of the new row. It is bound already;
    /// <see cref="Statement.RunNumbered"/> tells it.
    /// </summary>
    public abstract Statement Number(string sql, NumberedTable table);

    /// <summary>Ends statements left before their last row.</summary>
    public abstract void EndReads();

    /// <summary>Runs a script of several statements.</summary>
    public abstract void Execute(string script);

    /// <summary>Begins a transaction that may write.</summary>
    public abstract void Begin();

    /// <summary>Makes durable what was written since <see cref="Begin"/>.</summary>
    public abstract void Commit();

    /// <summary>Forgets what was written since <see cref="Begin"/>; also after a failure that has ended the transaction by itself.</summary>
    public abstract void RollBack();

    /// <summary>What a failure since <see cref="Begin"/> means.</summary>
    public abstract WriteFailure Judge(Exception failure);

    /// <inheritdoc/>
    public abstract void Dispose();
}
