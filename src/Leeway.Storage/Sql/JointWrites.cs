namespace Leeway.Storage.Sql;

/// <summary>A kind of writes with an argument each, and a value for each caller in the same order.</summary>
internal sealed class JointWrites<TArgument, T>(Func<Session, IReadOnlyList<TArgument>, IReadOnlyList<T>> write) : IJointWrites
{
    /// <summary>A write of this kind.</summary>
    /// <param name="argument">What is to be written.</param>
    /// <param name="bytes">About how many bytes that is, when they are many.</param>
    public JointWrite<TArgument, T> Of(TArgument argument, int bytes = 0) => new(argument, bytes, this);

    /// <inheritdoc/>
    public void Run(Session session, IReadOnlyList<WriteOperation> operations)
    {
        IReadOnlyList<T> values = write(session, [.. operations.Select(static operation => ((JointWrite<TArgument, T>)operation).Argument)]);
        for (int i = 0; i < values.Count; i++)
        {
            ((JointWrite<TArgument, T>)operations[i]).Written(values[i]);
        }
    }

    /// <summary>Writes one that is alone of its kind.</summary>
    public T RunOne(Session session, TArgument argument) => write(session, [argument])[0];
}
