using Leeway.Storage.Postgres;
using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>What PostgreSQL's refusals mean to a writer.</summary>
public sealed class PostgresFailuresTests
{
    // Of nodes that make the schema at once the later ones are told any of the first three, by how far the first has come.
    [Theory]
    [InlineData("23505", WriteFailure.Conflict)]
    [InlineData("42710", WriteFailure.Conflict)]
    [InlineData("42P07", WriteFailure.Conflict)]
    [InlineData("40001", WriteFailure.Conflict)]
    [InlineData("57P01", WriteFailure.Lost)]
    [InlineData("08006", WriteFailure.Lost)]
    [InlineData("53100", WriteFailure.Unavailable)]
    [InlineData("42601", WriteFailure.Refused)]
    public void A_refusal_is_judged_by_its_code(string code, object judged) =>
        Assert.Equal(judged, PostgresFailures.Judge(new PostgresException("refused", "ERROR", "ERROR", code)));
}
