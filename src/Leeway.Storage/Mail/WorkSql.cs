namespace Leeway.Storage.Mail;

/// <summary>Sums of what ended, of a run (?1) or of a span (from ?1 to before ?2); the team's name comes last.</summary>
internal static class WorkSql
{
    private const string OfRun = "r.run_id = ?1 AND r.state >= 10 AND r.team_id = (SELECT t.id FROM teams t WHERE t.name = ?2)";
    private const string OfSpan = "r.finished_at >= ?1 AND r.finished_at < ?2 AND r.team_id = (SELECT t.id FROM teams t WHERE t.name = ?3)";

    // Withdrawn requests are neither late nor in time.
    private const string Counts = """
        SELECT g.model, r.priority, r.state, COUNT(*), COALESCE(SUM(CASE WHEN r.finished_at > r.deadline AND r.state <> 13 THEN 1 ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN r.rescued <> 0 THEN 1 ELSE 0 END), 0)
        FROM requests r JOIN request_groups g ON g.id = r.group_id
        """;

    private const string Money = """
        SELECT g.model, r.priority, e.cost, e.list_cost, e.duplicate
        FROM requests r JOIN request_groups g ON g.id = r.group_id JOIN entries e ON e.request_id = r.id
        """;

    private const string Errors = "SELECT x.error_code, COUNT(*) FROM requests r JOIN results x ON x.request_id = r.id";
    private const string Groups = "GROUP BY g.model, r.priority, r.state";
    private const string Commonest = "AND x.error_code IS NOT NULL GROUP BY x.error_code ORDER BY COUNT(*) DESC, x.error_code LIMIT 5";

    public const string CountRun = $"{Counts} WHERE {OfRun} {Groups}";
    public const string CountSpan = $"{Counts} WHERE {OfSpan} {Groups}";
    public const string LoadRunMoney = $"{Money} WHERE {OfRun}";
    public const string LoadSpanMoney = $"{Money} WHERE {OfSpan}";
    public const string CountRunErrors = $"{Errors} WHERE {OfRun} {Commonest}";
    public const string CountSpanErrors = $"{Errors} WHERE {OfSpan} {Commonest}";
}
