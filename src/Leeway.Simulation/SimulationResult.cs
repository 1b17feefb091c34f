using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;

namespace Leeway.Simulation;

/// <summary>What a comparison of policies found, and everything it rests on.</summary>
public sealed record SimulationResult
{
    /// <summary>The traffic, in words.</summary>
    public required string Trace { get; init; }

    /// <summary>Requests of each run.</summary>
    public required long Requests { get; init; }

    /// <summary>From its first request to its last.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>The model that was asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The law of batches, by name.</summary>
    public required string Law { get; init; }

    /// <summary>The flex tier, as asked for: <c>open</c>, a share of time it is closed, or <c>off</c>.</summary>
    public required string Flex { get; init; }

    /// <summary>The seeds, one run of every policy for each.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Everything that was assumed, a sentence each.</summary>
    public required IReadOnlyList<string> Assumes { get; init; }

    /// <summary>The policies, in the order of the tables.</summary>
    public required IReadOnlyList<SimulatedPolicy> Policies { get; init; }

    /// <summary>Policy by policy, seed by seed.</summary>
    public required IReadOnlyList<PolicyScore> Scores { get; init; }

    /// <summary>The rows of the table: for each class, all policies side by side; then for all classes together.</summary>
    public IEnumerable<ClassSummary> Summaries()
    {
        int classes = Scores[0].Classes.Count;
        for (int index = 0; index <= classes; index++)
        {
            foreach (SimulatedPolicy policy in Policies)
            {
                PolicyScore[] seeds = [.. Scores.Where(score => score.Policy == policy.Name)];
                if (seeds.Length > 0 && (index < classes || classes > 1))
                {
                    yield return ClassSummary.Of(policy.Name, [.. seeds.Select(score => index < classes ? score.Classes[index] : score.All)]);
                }
            }
        }
    }
}
