using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>What to do with one class.</summary>
public sealed record ClassAdvice
{
    public required ClassKind Kind { get; init; }

    public required string Name { get; init; }

    public required long Requests { get; init; }

    /// <summary>USD at once; null when unknown.</summary>
    public required decimal? ListCostUsd { get; init; }

    /// <summary>The priority to give it. Urgent where nothing says that it can wait: nothing is deferred on a guess.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The deadline that the savings are reckoned with. For a class that stays urgent, the deadline that its share in question would get.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>The share that can wait so long.</summary>
    public required ShareRange Deferrable { get; init; }

    /// <summary>Expected share of batches back in time: on bad days, usually, at best.</summary>
    public required ShareRange BackInTime { get; init; }

    /// <summary>USD saved over the trace; null when the model or its batch price is unknown.</summary>
    public required MoneyRange SavingsUsd { get; init; }

    /// <summary>Why, in words, with the figures.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>Whether the class itself told; else <see cref="Deferrable"/> is the assumption.</summary>
    public required bool HasSign { get; init; }

    /// <summary>Whether the configuration holds a rule for it.</summary>
    public required bool Ruled { get; init; }
}

/// <summary>Savings of all classes.</summary>
/// <param name="TraceUsd">USD over the trace; null when nothing is priced.</param>
/// <param name="PerMonthUsd">USD in 30 days like those of the trace; null below an hour of trace.</param>
/// <param name="ShareOfList">Of the list cost; null when nothing is priced.</param>
public sealed record SavingsAdvice(MoneyRange TraceUsd, MoneyRange PerMonthUsd, ShareRange? ShareOfList);

/// <summary>Batch sizes and hours.</summary>
/// <param name="StandardRequests">Seals a batch of standard requests.</param>
/// <param name="StandardAge">Seals a batch of standard requests by the age of its oldest.</param>
/// <param name="LowRequests">Seals a batch of low requests.</param>
/// <param name="Tokens">Seals any batch.</param>
/// <param name="Window">When low batches are sealed; null is at any hour.</param>
/// <param name="Why">The reasons.</param>
public sealed record SealAdvice(int StandardRequests, TimeSpan StandardAge, int LowRequests, long Tokens, WindowConfig? Window, IReadOnlyList<string> Why);

/// <summary>What may go wrong.</summary>
/// <param name="Risk">What.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record AdviceRisk(string Risk, string Remedy);
