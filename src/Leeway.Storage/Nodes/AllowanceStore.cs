using Leeway.Storage.Sql;

namespace Leeway.Storage.Nodes;

/// <summary>What has been used of allowances. Counted whether the node's lease is its own or not: the money is spent.</summary>
internal sealed class AllowanceStore(Writer writer) : IAllowanceStore
{
    private const string Add = """
        INSERT INTO allowances (name, period, used) VALUES (?1, ?2, ?3)
        ON CONFLICT (name, period) DO UPDATE SET used = allowances.used + excluded.used RETURNING used
        """;

    private const string Take = "UPDATE allowances SET used = used + ?3 WHERE name = ?1 AND period = ?2 AND used + ?3 <= ?4 RETURNING used";

    /// <inheritdoc/>
    public Task<long> AddAsync(string name, long period, long used, CancellationToken cancellationToken) =>
        writer.WriteFreeAsync((name, period, used), static (session, state) => Count(session, state.name, state.period, state.used), cancellationToken);

    /// <inheritdoc/>
    public Task<(long Taken, long Used)> TakeAsync(string name, long period, long needed, long more, long limit, CancellationToken cancellationToken) =>
        writer.WriteFreeAsync((name, period, needed, more, limit), static (session, state) =>
        {
            // The row is there from here on, and nobody else changes it before the commit.
            long used = Count(session, state.name, state.period, 0);
            foreach (long amount in new[] { state.needed + state.more, state.needed })
            {
                if (TryTake(session, state.name, state.period, amount, state.limit) is { } now)
                {
                    return (amount, now);
                }
            }

            return (0L, used);
        }, cancellationToken);

    private static long Count(Session session, string name, long period, long used)
    {
        Statement row = session.Write(Add).With(name).With(period).With(used);
        row.Next();
        long total = row.Int64();
        row.Reset();
        return total;
    }

    private static long? TryTake(Session session, string name, long period, long amount, long limit)
    {
        Statement row = session.Write(Take).With(name).With(period).With(amount).With(limit);
        long? used = row.Next() ? row.Int64() : null;
        row.Reset();
        return used;
    }
}
