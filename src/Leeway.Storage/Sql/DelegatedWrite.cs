namespace Leeway.Storage.Sql;

/// <summary>A write given as a function of its arguments, for paths where one allocation more does not count.</summary>
internal sealed class DelegatedWrite<TState, T>(TState state, Func<Session, TState, T> write, bool isFenced = true) : WriteOperation<T>
{
    /// <inheritdoc/>
    public override bool IsFenced => isFenced;

    /// <inheritdoc/>
    protected override T Write(Session session) => write(session, state);
}
