using Leeway.Planning.Ladder;

namespace Leeway.Tests.Planning.Ladder;

public sealed class AbandonedRowsTests
{
    [Fact]
    public void The_assumption_gives_way_to_what_batches_billed_and_batches_count_not_rows()
    {
        var rows = new AbandonedRows();
        Assert.Equal(0.25, rows.Of("openai/gpt-4o", 0.25));
        for (int i = 0; i < 20; i++)
        {
            rows.Note("openai/gpt-4o", 10, 0);
        }

        long revision = rows.Revision;
        Assert.Equal(0.05, rows.Of("openai/gpt-4o", 0.25), 6);
        rows.Note("openai/gpt-4o", 1000, 1000);
        Assert.Equal(0.1, rows.Of("openai/gpt-4o", 0.25), 6);
        Assert.True(rows.Revision > revision);
        Assert.Equal(0.25, rows.Of("openai/gpt-5", 0.25));
    }
}
