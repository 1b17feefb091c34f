using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor;

/// <summary>Everything that <c>leeway advise</c> found and recommends. What prints it, as text, JSON or a page, adds no figure of its own.</summary>
public sealed record AdviceResult
{
    /// <summary>What was read and how it was understood.</summary>
    public required TraceSource Source { get; init; }

    /// <summary>What the trace is like.</summary>
    public required TraceProfile Profile { get; init; }

    /// <summary>What the figures under <see cref="Classes"/> rest on.</summary>
    public required AdviceAssumptions Assumptions { get; init; }

    /// <summary>What may be deferred, the most money first.</summary>
    public required IReadOnlyList<ClassAdvice> Classes { get; init; }

    /// <summary>The sum over the classes.</summary>
    public required SavingsAdvice Savings { get; init; }

    /// <summary>Batch sizes and hours.</summary>
    public required SealAdvice Seals { get; init; }

    /// <summary>What may go wrong, the gravest first.</summary>
    public required IReadOnlyList<AdviceRisk> Risks { get; init; }

    /// <summary>A <c>leeway.yaml</c> that says it all.</summary>
    public required string Configuration { get; init; }
}
