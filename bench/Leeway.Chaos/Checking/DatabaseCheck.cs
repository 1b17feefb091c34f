using System.Data.Common;
using System.Globalization;

namespace Leeway.Chaos.Checking;

/// <summary>What the database itself must say once everything has ended, past the API.</summary>
internal static class DatabaseCheck
{
    private static readonly (string What, string Sql)[] s_none =
    [
        ("open requests", "SELECT count(*) FROM requests WHERE state < 10"),
        ("ended requests without a result", "SELECT count(*) FROM requests r WHERE state = 10 AND NOT EXISTS (SELECT 1 FROM results x WHERE x.request_id = r.id)"),
        ("results without a request", "SELECT count(*) FROM results x WHERE NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = x.request_id)"),
        ("attempts without a request", "SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = a.request_id)"),
        ("requests whose attempts are miscounted", "SELECT count(*) FROM requests r WHERE r.attempts <> (SELECT count(*) FROM attempts a WHERE a.request_id = r.id)"),
        ("open deliveries", "SELECT count(*) FROM deliveries WHERE state < 10"),
        ("ends that were told twice", "SELECT count(*) FROM (SELECT subject, event, target FROM deliveries GROUP BY subject, event, target HAVING count(*) > 1) AS twice"),
        ("open batches", "SELECT count(*) FROM batches WHERE state < 10"),
        ("open client batches", "SELECT count(*) FROM client_batches WHERE state < 10"),
    ];

    public static async Task RunAsync(DbConnection connection, Findings findings)
    {
        await connection.OpenAsync();
        foreach ((string what, string sql) in s_none)
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = sql;
            try
            {
                long count = Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
                if (count > 0)
                {
                    findings.Violate(Promises.Database, what, string.Create(CultureInfo.InvariantCulture, $"{count}: {sql}"));
                }
            }
            catch (DbException exception)
            {
                // The schema has moved on; the other findings are worth having.
                findings.Violate(Promises.Database, what, $"{exception.Message}: {sql}");
            }
        }
    }
}
