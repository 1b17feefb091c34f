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
    /// As <see cref="Write"/>, for a statement run for its effect that adds or changes only rows its first parameter names, and looks at no other
    /// table. Hundreds of them may become one statement.
    /// </summary>
    public abstract Statement WriteRow(string sql);

    /// <summary>
    /// As <see cref="Write"/>, for an insert whose first parameter is the number of the new row. It is bound already;
    /// <see cref="Statement.RunNumbered"/> tells it.
    /// </summary>
    public abstract Statement Number(string sql, NumberedTable table);

    /// <summary>
    /// Runs a statement for each of some items. All questions may be asked before the first answer is read: what is done with one answer must
    /// change no other item's. Of two that would change the same row one may find it unchanged or not find it.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="sql">The statement, a constant that gives rows.</param>
    /// <param name="state">What <paramref name="bind"/> and <paramref name="read"/> need.</param>
    /// <param name="bind">Binds an item.</param>
    /// <param name="read">Reads an item's rows, in order of the items.</param>
    public abstract void Each<TItem, TState>(
        IReadOnlyList<TItem> items, string sql, TState state, Action<Statement, TItem, TState> bind, Action<Statement, TItem, TState> read);

    /// <summary>Tells other nodes when the transaction commits, where the database can; once, however often it is asked for.</summary>
    public abstract void Hint(StorageHint hint);

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

    /// <summary>Whether the transaction that was left in doubt is committed.</summary>
    /// <exception cref="CommitInDoubtException">It still cannot be asked.</exception>
    public abstract bool WasCommitted();

    /// <inheritdoc/>
    public abstract void Dispose();
}
