namespace Leeway.Economics.Decisions;

/// <summary>A verdict with everything that led to it.</summary>
public sealed record Decision
{
    /// <summary>The workload.</summary>
    public required WorkloadProfile Profile { get; init; }

    /// <summary>How it should travel.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What settled it.</summary>
    public required DecisionReason Reason { get; init; }

    /// <summary>The share that goes at once, 0 to 1; the rest goes in batches.</summary>
    public required double AtOnce { get; init; }

    /// <summary>Weights of the rules that hold for batching the rest.</summary>
    public required int For { get; init; }

    /// <summary>Weights of the rules that hold against it.</summary>
    public required int Against { get; init; }

    /// <summary>Every rule, in the article's order.</summary>
    public required IReadOnlyList<RuleReading> Rules { get; init; }

    /// <summary>The nearest change of each input alone that changes the verdict.</summary>
    public required IReadOnlyList<Flip> Flips { get; init; }

    /// <summary>USD in 30 days.</summary>
    public required MoneyAtStake Money { get; init; }
}
