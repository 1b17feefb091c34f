using Leeway.Ledger.Budgets;

namespace Leeway.Gateway.Access;

/// <summary>The budgets of a caller: of the key, as it is now, and of its team, as the configuration has it.</summary>
internal sealed class CallerBudgets(KeyRing ring, IConfigSource config) : IBudgetSource
{
    /// <summary>What the label of a queue that has no key begins with, before its name.</summary>
    public const string QueuePrefix = "queue_";

    /// <inheritdoc/>
    public IReadOnlyList<HeldBudget> Of(string caller)
    {
        KeyBook book = ring.Book;
        IReadOnlyDictionary<string, TeamConfig> teams = config.Current.Teams;
        if (!book.HasBudgets && teams.Count == 0)
        {
            return [];
        }

        VirtualKey? key = KeyId.TryParse(caller, out KeyId id) ? book.Find(id) : null;
        HeldBudget? ofKey = key?.Budget is { } budget ? new HeldBudget(caller, budget) : null;
        string team = key?.Team ?? QueueOf(caller)?.Owner ?? Teams.Default;
        HeldBudget? ofTeam = teams.TryGetValue(team, out TeamConfig? found) && found.Budget is { } shared ? new HeldBudget(NameOf(team), shared) : null;
        return (ofKey, ofTeam) switch
        {
            (null, null) => [],
            ({ } one, null) => [one],
            (null, { } one) => [one],
            ({ } one, { } other) => [one, other],
        };
    }

    /// <summary>Every budget there is, of keys that can still be used first.</summary>
    public IEnumerable<HeldBudget> All(DateTimeOffset now) =>
    [
        .. ring.Book.Newest.Where(key => key.Budget is not null && key.IsActiveAt(now)).Select(static key => new HeldBudget(key.Id.ToString(), key.Budget!)),
        .. config.Current.Teams.Where(static team => team.Value.Budget is not null).Select(static team => new HeldBudget(NameOf(team.Key), team.Value.Budget!)),
    ];

    private QueueConfig? QueueOf(string caller) =>
        caller.StartsWith(QueuePrefix, StringComparison.Ordinal) ? config.Current.Queues.GetValueOrDefault(caller[QueuePrefix.Length..]) : null;

    private static string NameOf(string team) => "team " + team;
}
