using Leeway.Gateway.Problems;
using Leeway.Ledger.Budgets;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Why a request does not fit into a budget.</summary>
internal static class BudgetProblems
{
    /// <summary>Too little is left.</summary>
    public static Problem Exceeded(BudgetUsedUp usedUp, decimal amount, DateTimeOffset now)
    {
        (HeldBudget held, decimal used, DateTimeOffset? resetsAt) = usedUp;
        string again = resetsAt is { } at ? $", which begins anew at {Json.Instant(at)}" : "";
        return new Problem
        {
            Code = "budget_exceeded",
            Message = $"This may cost up to ${Usd(amount)}, and of the budget of {held.Holder}, ${held.Budget}{again}, ${Usd(used)} is spent or set aside for requests under way.",
            Value = held.Budget.ToString(),
            Remedy = "Wait for requests under way to end or for the budget to begin anew, say a smaller limit of output tokens, or let the operator raise it (`leeway keys budget`, teams in leeway.yaml). Nothing was sent or queued.",
            RetryAfter = resetsAt - now,
        };
    }

    private static string Usd(decimal amount) => Json.Money(Math.Round(amount, 6));
}
