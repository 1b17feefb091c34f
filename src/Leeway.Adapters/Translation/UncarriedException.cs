namespace Leeway.Adapters.Translation;

/// <summary>A request says something that the provider's dialect cannot.</summary>
internal sealed class UncarriedException(FieldProblem problem) : Exception(problem.Message)
{
    public FieldProblem Problem { get; } = problem;
}
