using Leeway.Storage.Postgres;

namespace Leeway.Tests.Storage.Postgres;

public sealed class ArrayStatementTests
{
    private static readonly string[] s_types = ["uuid", "bigint"];

    [Fact]
    public void An_insert_of_many_rows_selects_them_and_keeps_what_follows() => Assert.Equal(
        "INSERT INTO t (a, b, c) SELECT u.p1, 0, u.p2 FROM unnest($1::uuid[], $2::bigint[]) AS u (p1, p2)\nON CONFLICT (a) DO UPDATE SET b = excluded.b",
        ArrayStatement.Insert("INSERT INTO t (a, b, c)\nVALUES ($1, 0, $2)\nON CONFLICT (a) DO UPDATE SET b = excluded.b", s_types));

    [Fact]
    public void An_update_of_many_rows_joins_them_before_its_own_condition() => Assert.Equal(
        "UPDATE t SET b = COALESCE(b, u.p2), c = (SELECT 1 WHERE true) FROM unnest($1::uuid[], $2::bigint[]) AS u (p1, p2)\nWHERE a = u.p1",
        ArrayStatement.Update("UPDATE t SET b = COALESCE(b, $2), c = (SELECT 1 WHERE true)\nWHERE a = $1", s_types));

    [Fact]
    public void An_update_that_is_asked_tells_whose_each_row_is() => Assert.Equal(
        "UPDATE t SET b = u.p2 FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS u (p1, p2, i) WHERE a = u.p1 RETURNING u.i, b, (SELECT c FROM d WHERE e = t.a)",
        ArrayStatement.Question("UPDATE t SET b = $2 WHERE a = $1 RETURNING b, (SELECT c FROM d WHERE e = t.a)", s_types));

    [Fact]
    public void A_question_is_asked_beside_each_row() => Assert.Equal(
        "SELECT u.i, q.* FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS u (p1, p2, i) CROSS JOIN LATERAL (SELECT b FROM t WHERE a = u.p1 AND c > u.p2) q",
        ArrayStatement.Question("SELECT b FROM t WHERE a = $1 AND c > $2", s_types));
}
