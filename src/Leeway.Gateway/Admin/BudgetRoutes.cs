using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Leeway.Ledger.Budgets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/budgets</c>: what is used of each budget in its period, over all nodes.</summary>
internal sealed class BudgetRoutes(CallerBudgets callers, BudgetBook budgets, IAllowanceStore store, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/budgets", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var rows = new List<(HeldBudget Held, decimal Used)>();
        foreach (HeldBudget held in callers.All(now))
        {
            rows.Add((held, await budgets.UsedAsync(store, held, context.RequestAborted)));
        }

        await context.Response.WriteListAsync(rows, hasMore: false, (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("holder", row.Held.Holder);
            json.WriteString("budget", row.Held.Budget.ToString());
            json.WriteMoney("used_usd", row.Used);
            json.WriteMoney("left_usd", Math.Max(0, row.Held.Budget.Amount - row.Used));
            json.WriteInstant("resets_at", row.Held.Budget.EndOf(now));
            json.WriteEndObject();
        });
    }
}
