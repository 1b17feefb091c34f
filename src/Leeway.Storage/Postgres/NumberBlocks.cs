using Leeway.Storage.Sql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// Numbers of rows, taken from a sequence a block at a time, so that a row can be named by others before the database has seen it. What
/// was given out in a transaction that came to nothing is not given out again.
/// </summary>
internal sealed class NumberBlocks
{
    // As the sequences are incremented.
    private const int Size = 1024;

    /// <summary>The sequences, each with the table whose rows it numbers.</summary>
    public static readonly IReadOnlyList<(string Sequence, string Table)> Sequences = [("body_numbers", "bodies"), ("plan_numbers", "plans")];

    private const string NextBodies = "SELECT nextval('body_numbers')";
    private const string NextPlans = "SELECT nextval('plan_numbers')";

    private readonly (long Next, long End)[] _blocks = new (long, long)[2];

    /// <summary>The next number of a table.</summary>
    public long Next(PostgresSession session, NumberedTable table)
    {
        ref (long Next, long End) block = ref _blocks[(int)table];
        if (block.Next == block.End)
        {
            Statement row = session.Write(table == NumberedTable.Bodies ? NextBodies : NextPlans);
            row.Next();
            long first = row.Int64();
            block = (first, first + Size);
        }

        return block.Next++;
    }
}
