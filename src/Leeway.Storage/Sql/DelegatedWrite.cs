namespace Leeway.Storage.Sql;

/// <summary>A write given as a function of its arguments, for paths where one allocation more does not count.</summary>
internal sealed class DelegatedWrite<TState, T>(TState state, Func<Session, TState, T> write, bool isFenced = true) : WriteOperation<T>
{
    /// <inheritdoc/>
    public override bool IsFenced => isFenced;

    /// <summary>Whoever acted on a failure that was none would leave behind what it had begun: what a node does for its work is told as it is.</summary>
    public override bool WaitsForTruth => isFenced;

    /// <inheritdoc/>
    protected override T Write(Session session) => write(session, state);
}
