namespace Leeway.Simulation.Scoring;

/// <summary>One policy's figures of one run.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Seed">The run's.</param>
/// <param name="Classes">By class, in the order of the mix.</param>
/// <param name="All">Of all classes.</param>
/// <param name="Batches">Batches that were submitted.</param>
public sealed record PolicyScore(string Policy, int Seed, IReadOnlyList<ClassScore> Classes, ClassScore All, long Batches);
