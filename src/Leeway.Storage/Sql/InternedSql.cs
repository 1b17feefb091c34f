namespace Leeway.Storage.Sql;

/// <summary>
/// SQL of the tables <c>names</c>, <c>teams</c> and <c>request_groups</c>. What another node has added since it was looked for is changed to
/// the same, which tells its number.
/// </summary>
internal static class InternedSql
{
    public const string FindName = "SELECT id FROM names WHERE name = ?1";
    public const string InsertName = "INSERT INTO names (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = excluded.name";
    public const string LoadName = "SELECT name FROM names WHERE id = ?1";

    public const string FindTeam = "SELECT id FROM teams WHERE name = ?1";
    public const string InsertTeam = "INSERT INTO teams (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = excluded.name";
    public const string LoadTeam = "SELECT name FROM teams WHERE id = ?1";

    public const string FindGroup = "SELECT id FROM request_groups WHERE deployment = ?1 AND endpoint = ?2 AND model = ?3";
    public const string InsertGroup = """
        INSERT INTO request_groups (deployment, endpoint, model) VALUES (?1, ?2, ?3)
        ON CONFLICT (deployment, endpoint, model) DO UPDATE SET model = excluded.model
        """;

    public const string LoadGroup = "SELECT deployment, endpoint, model FROM request_groups WHERE id = ?1";
}
