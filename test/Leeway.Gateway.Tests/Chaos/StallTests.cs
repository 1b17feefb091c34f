using Leeway.Chaos.Checking;

namespace Leeway.Gateway.Tests.Chaos;

/// <summary>What the fault harness calls a stall.</summary>
public sealed class StallTests
{
    private static readonly DateTimeOffset s_begin = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly Stall _stall = new();

    [Fact]
    public void Time_without_an_end_counts_while_something_is_due()
    {
        Note((0, 10, 0), (1, 10, 2), (2, 10, 2), (3, 10, 3), (4, 11, 2), (5, 12, 0), (60, 12, 0));
        Assert.Equal((TimeSpan.FromSeconds(3), s_begin.AddSeconds(1)), _stall.Longest);
    }

    [Fact]
    public void Waiting_for_what_is_not_due_is_no_stall()
    {
        Note((0, 10, 0), (100, 10, 0), (200, 10, 0));
        Assert.Equal(TimeSpan.Zero, _stall.Longest.Length);
    }

    [Fact]
    public void Every_end_begins_a_new_count()
    {
        Note((0, 10, 5), (4, 11, 5), (8, 12, 5), (12, 13, 5));
        Assert.Equal(TimeSpan.FromSeconds(4), _stall.Longest.Length);
    }

    [Fact]
    public void A_database_that_cannot_be_asked_counts_until_something_ends_or_nothing_is_due()
    {
        Note((0, 10, 0), (1, null, 0), (6, null, 0), (7, 10, 1), (9, 11, 0));
        Assert.Equal((TimeSpan.FromSeconds(8), s_begin.AddSeconds(1)), _stall.Longest);
    }

    private void Note(params (int At, long? Ended, long Due)[] looks)
    {
        foreach ((int at, long? ended, long due) in looks)
        {
            _stall.Note(s_begin.AddSeconds(at), ended, due);
        }
    }
}
