using System.Data.Common;
using System.Globalization;
using Leeway.Chaos.Load;
using Leeway.Sandbox.Ledger;

namespace Leeway.Chaos.Checking;

/// <summary>
/// The budget of a key: neither what the ledger says was spent nor what the database says is used is more, and of what is used everything that was
/// spent is a part. The provider's bill is told beside it: what a killed node was answered last nobody can count.
/// </summary>
internal sealed class BudgetCheck(ClientKeys keys, ClientLog log, IEnumerable<SandboxBill> bills, Findings findings)
{
    private const decimal Unit = 1_000_000_000;

    /// <param name="database">Open.</param>
    /// <param name="spent">By the ledger, USD.</param>
    public async Task RunAsync(DbConnection database, decimal spent)
    {
        using DbCommand command = database.CreateCommand();
        command.CommandText = "SELECT COALESCE(SUM(used), 0) FROM allowances WHERE name = @name";
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@name", keys.SparingId);
        command.Parameters.Add(parameter);
        decimal used = Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) / Unit;
        HashSet<string> sparing = [.. log.Sent.Where(static sent => sent.Sparing).Select(static sent => sent.Digest)];
        decimal billed = bills.Where(bill => sparing.Contains(bill.Digest)).Sum(static bill => bill.CostUsd);
        foreach ((string what, decimal amount) in new[] { ("ledger", spent), ("used", used) })
        {
            if (amount > keys.Budget)
            {
                findings.Violate(Promises.Limits, "key budget", string.Create(CultureInfo.InvariantCulture, $"{what}: {amount} USD of {keys.Budget}"));
            }
        }

        if (used < spent)
        {
            findings.Violate(Promises.Limits, "key budget", string.Create(CultureInfo.InvariantCulture, $"{spent} USD were spent, and only {used} are used"));
        }

        findings.Count("key budget", string.Create(
            CultureInfo.InvariantCulture,
            $"{keys.Budget} USD; {sparing.Count} calls, {log.Troubles.GetValueOrDefault("429 budget_exceeded")} refusals; ledger {spent}, bill {billed}, used in the end {used} USD"));
    }
}
