namespace Leeway.Storage.Sql;

/// <summary>A write whose caller awaits a value.</summary>
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;

    /// <summary>Ends when the write is durable.</summary>
    public Task<T> Task => _completion.Task;

    /// <inheritdoc/>
    public sealed override void Run(Session session) => _value = Write(session);

    /// <summary>The caller's value, where it was written together with others.</summary>
    public void Written(T value) => _value = value;

    /// <inheritdoc/>
    public sealed override void Complete() => _completion.TrySetResult(_value!);

    /// <inheritdoc/>
    public sealed override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>Writes, and gives the caller's value.</summary>
    protected abstract T Write(Session session);
}
