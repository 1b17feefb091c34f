namespace Leeway.Storage.Archives;

/// <summary>The nodes of a PostgreSQL store, as a copy has to mind them.</summary>
internal static class PostgresNodes
{
    private const string Table = "nodes";
    private const string Live = "SELECT COUNT(*) FROM nodes WHERE held_by IS NULL AND expires_at > (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>Refuses while a node works on the store.</summary>
    /// <exception cref="ArchiveException">One does.</exception>
    public static async Task RefuseLiveAsync(PostgresRows rows, CancellationToken cancellationToken)
    {
        if (rows.Has(Table) && await rows.NumberAsync(Live, cancellationToken) is > 0 and var nodes)
        {
            throw new ArchiveException(
                $"{rows.Name} is in use: {nodes} nodes hold a lease on it. Nothing was changed. Stop them; the lease of a node that was killed ends by itself within a minute.");
        }
    }

    /// <summary>Lets no node join until the transaction ends.</summary>
    /// <exception cref="ArchiveException">One works on the store.</exception>
    public static async Task KeepOutAsync(PostgresRows rows, CancellationToken cancellationToken)
    {
        if (rows.Has(Table))
        {
            await rows.ExecuteAsync($"LOCK TABLE {Table} IN EXCLUSIVE MODE", cancellationToken);
            await RefuseLiveAsync(rows, cancellationToken);
        }
    }
}
