namespace Leeway.Storage.Sql;

/// <summary>A write whose kind is written together: all of a group ask and answer at once, however many callers they came from.</summary>
internal sealed class JointWrite<TArgument, T>(TArgument argument, int bytes, JointWrites<TArgument, T> kind) : WriteOperation<T>
{
    /// <inheritdoc/>
    public override int Bytes => bytes;

    /// <inheritdoc/>
    public override IJointWrites? Joint => kind;

    /// <summary>As every write of a node for its work.</summary>
    public override bool WaitsForTruth => true;

    /// <summary>What is to be written.</summary>
    public TArgument Argument => argument;

    /// <inheritdoc/>
    protected override T Write(Session session) => kind.RunOne(session, argument);
}
