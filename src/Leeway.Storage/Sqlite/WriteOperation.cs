namespace Leeway.Storage.Sqlite;

/// <summary>
/// One caller's write. It may run more than once, each time in a transaction that has forgotten the time before, when another
/// operation of its group fails.
/// </summary>
internal abstract class WriteOperation
{
    /// <summary>About how many bytes it writes, when they are many.</summary>
    public virtual int Bytes => 0;

    /// <summary>Writes, inside the transaction of the group.</summary>
    public abstract void Run(Session session);

    /// <summary>Tells the caller that the write is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was written.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A write whose caller awaits a value.</summary>
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;

    /// <summary>Ends when the write is durable.</summary>
    public Task<T> Task => _completion.Task;

    /// <inheritdoc/>
    public sealed override void Run(Session session) => _value = Write(session);

    /// <inheritdoc/>
    public sealed override void Complete() => _completion.TrySetResult(_value!);

    /// <inheritdoc/>
    public sealed override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>Writes, and gives the caller's value.</summary>
    protected abstract T Write(Session session);
}

/// <summary>A write given as a function of its arguments, for paths where one allocation more does not count.</summary>
internal sealed class WriteOperation<TState, T>(TState state, Func<Session, TState, T> write) : WriteOperation<T>
{
    /// <inheritdoc/>
    protected override T Write(Session session) => write(session, state);
}
