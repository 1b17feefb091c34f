namespace Leeway.Storage.Turnaround;

/// <summary>SQL of the tables <c>turnaround_*</c>.</summary>
internal static class TurnaroundSql
{
    public const string PutCell = """
        INSERT INTO turnaround_cells (scope, regime, size, hours, counted_at, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (scope, regime, size, hours) DO UPDATE SET counted_at = excluded.counted_at, data = excluded.data
        """;

    public const string PutDeployment = """
        INSERT INTO turnaround_deployments (deployment, regime, since, data) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (deployment) DO UPDATE SET regime = excluded.regime, since = excluded.since, data = excluded.data
        """;

    public const string DeleteOpen = "DELETE FROM turnaround_open";

    public const string InsertOpen = "INSERT INTO turnaround_open (batch_id, regime, counted, explored, closed) VALUES (?1, ?2, ?3, ?4, ?5)";

    public const string LoadCells = "SELECT scope, regime, size, hours, counted_at, data FROM turnaround_cells ORDER BY scope, regime, size, hours";

    public const string LoadDeployments = "SELECT deployment, regime, since, data FROM turnaround_deployments ORDER BY deployment";

    public const string LoadOpen = "SELECT batch_id, regime, counted, explored, closed FROM turnaround_open ORDER BY batch_id";
}
