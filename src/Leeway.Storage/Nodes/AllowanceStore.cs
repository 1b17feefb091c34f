using Leeway.Storage.Sql;

namespace Leeway.Storage.Nodes;

/// <summary>What has been used of allowances. Counted whether the node's lease is its own or not: the money is spent.</summary>
internal sealed class AllowanceStore(Writer writer) : IAllowanceStore
{
    private const string Add = """
        INSERT INTO allowances (name, period, used) VALUES (?1, ?2, ?3)
        ON CONFLICT (name, period) DO UPDATE SET used = allowances.used + excluded.used RETURNING used
        """;

    /// <inheritdoc/>
    public Task<long> AddAsync(string name, long period, long used, CancellationToken cancellationToken) =>
        writer.WriteFreeAsync((name, period, used), static (session, state) =>
        {
            Statement row = session.Write(Add).With(state.name).With(state.period).With(state.used);
            row.Next();
            long total = row.Int64();
            row.Reset();
            return total;
        }, cancellationToken);
}
