using Leeway.Simulation.Scoring;
using Leeway.Simulation.Traces;

namespace Leeway.Load.Plan;

/// <summary>One provider law with one flex tier: every policy's figures.</summary>
/// <param name="Law">Of batches.</param>
/// <param name="Flex">The tier, in words.</param>
/// <param name="Rows">By class and policy.</param>
/// <param name="SimpleLadder">By deadline: cost above the clairvoyant of <see cref="LadderReference"/>.</param>
/// <param name="Assumes">What the figures rest on.</param>
/// <param name="Requests">That went through the planner.</param>
/// <param name="Took">The planner's runs.</param>
internal sealed record CostCell(
    string Law, string Flex, IReadOnlyList<ClassSummary> Rows, IReadOnlyDictionary<string, double> SimpleLadder, IReadOnlyList<string> Assumes, long Requests, TimeSpan Took)
{
    /// <summary>One policy's figures of one class.</summary>
    public ClassSummary Of(string policy, DeadlineClass known) => Rows.Single(row => row.Policy == policy && row.Sum.Class == known.Name);
}
