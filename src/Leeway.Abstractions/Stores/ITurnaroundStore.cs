namespace Leeway;

/// <summary>What was learnt of turnarounds, so that a restart does not forget it.</summary>
public interface ITurnaroundStore
{
    /// <summary>Saves, in one transaction: cells and deployments replace those of the same key, the open batches replace all.</summary>
    Task SaveAsync(TurnaroundState state, CancellationToken cancellationToken);

    /// <summary>Loads everything.</summary>
    Task<TurnaroundState> LoadAsync(CancellationToken cancellationToken);
}

/// <summary>What is known of turnarounds, or what of it has changed.</summary>
public sealed record TurnaroundState
{
    /// <summary>Sketches.</summary>
    public IReadOnlyList<TurnaroundCell> Cells { get; init; } = [];

    /// <summary>Deployments.</summary>
    public IReadOnlyList<TurnaroundDeployment> Deployments { get; init; } = [];

    /// <summary>Batches that have not ended.</summary>
    public IReadOnlyList<TurnaroundOpenBatch> Open { get; init; } = [];
}

/// <summary>The turnarounds of some batches.</summary>
/// <param name="Scope">A provider's name, or a deployment's id.</param>
/// <param name="Regime">The regime in which they were submitted.</param>
/// <param name="Size">The decimal exponent of their requests; −1 for any.</param>
/// <param name="Hours">The part of the week in which they were submitted; −1 for any.</param>
/// <param name="CountedAt">The instant to which their weights are decayed, UTC.</param>
/// <param name="Data">Both sketches, in the estimator's own form.</param>
public sealed record TurnaroundCell(string Scope, TurnaroundRegime Regime, int Size, int Hours, DateTimeOffset CountedAt, ReadOnlyMemory<byte> Data);

/// <summary>How a deployment is taken to be.</summary>
/// <param name="Deployment">Its id.</param>
/// <param name="Regime">Its regime.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Data">The evidence and the latest batches, in the estimator's own form.</param>
public sealed record TurnaroundDeployment(string Deployment, TurnaroundRegime Regime, DateTimeOffset Since, ReadOnlyMemory<byte> Data);

/// <summary>What the estimator remembers of a batch that has not ended.</summary>
/// <param name="Id">The batch.</param>
/// <param name="Regime">The regime in which it was submitted.</param>
/// <param name="Counted">The age up to which its silence has been taken for evidence.</param>
/// <param name="Explored">Whether it is left to run though nobody waits for it; null when that was not asked.</param>
/// <param name="Closed">Whether it is lost from sight, although its end was not told yet.</param>
public sealed record TurnaroundOpenBatch(BatchId Id, TurnaroundRegime Regime, TimeSpan Counted, bool? Explored, bool Closed);
