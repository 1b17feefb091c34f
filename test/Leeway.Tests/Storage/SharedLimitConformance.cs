namespace Leeway.Tests.Storage;

/// <summary>Limits that hold over nodes and restarts.</summary>
public abstract class SharedLimitConformance : StoreConformance
{
    [Fact]
    public async Task An_allowance_counts_what_everybody_used_in_its_period()
    {
        Assert.Equal(0, await Stores.Allowances.AddAsync("rescue", 1, 0, Token));
        Assert.Equal(5, await Stores.Allowances.AddAsync("rescue", 1, 5, Token));
        Assert.Equal(12, await Stores.Allowances.AddAsync("rescue", 1, 7, Token));
        Assert.Equal(3, await Stores.Allowances.AddAsync("rescue", 2, 3, Token));
        Assert.Equal(1, await Stores.Allowances.AddAsync("other", 1, 1, Token));
    }

    [Fact]
    public async Task Concurrent_uses_are_all_counted()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Stores.Allowances.AddAsync("rescue", 1, 2, Token)));

        Assert.Equal(100, await Stores.Allowances.AddAsync("rescue", 1, 0, Token));
    }

    [Fact]
    public async Task Of_an_allowance_nobody_takes_more_than_is_left()
    {
        // With what is taken beside it, without it, and not at all.
        Assert.Equal((30, 30), await Stores.Allowances.TakeAsync("key", 1, 20, 10, 60, Token));
        Assert.Equal((25, 55), await Stores.Allowances.TakeAsync("key", 1, 25, 10, 60, Token));
        Assert.Equal((0, 55), await Stores.Allowances.TakeAsync("key", 1, 6, 0, 60, Token));
        Assert.Equal((5, 60), await Stores.Allowances.TakeAsync("key", 1, 5, 0, 60, Token));

        // A lower bound takes nothing back, and what is given back can be taken again.
        Assert.Equal((0, 60), await Stores.Allowances.TakeAsync("key", 1, 1, 0, 40, Token));
        Assert.Equal(30, await Stores.Allowances.AddAsync("key", 1, -30, Token));
        Assert.Equal((10, 40), await Stores.Allowances.TakeAsync("key", 1, 10, 5, 40, Token));
        Assert.Equal((1, 1), await Stores.Allowances.TakeAsync("key", 2, 1, 5, 5, Token));
    }

    [Fact]
    public async Task Callers_at_once_take_no_more_together()
    {
        (long Taken, long)[] all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Stores.Allowances.TakeAsync("key", 1, 3, 0, 100, Token)));

        Assert.Equal(33, all.Count(static one => one.Taken == 3));
        Assert.Equal(17, all.Count(static one => one.Taken == 0));
    }

    [Fact]
    public async Task A_batch_counts_against_the_enqueued_tokens_only_while_there_is_room()
    {
        BatchRecord first = await SealAsync(await AddAsync(), await AddAsync());
        BatchRecord second = await SealAsync(await AddAsync());
        long tokens = first.EstimatedInputTokens;
        Assert.Equal(20, tokens);

        // Alone it always fits.
        Assert.True(await Stores.Batches.EnqueueAsync(first with { State = BatchState.Submitting }, BatchState.Sealed, tokens - 1, Token));
        Assert.Null(await Stores.Batches.EnqueueAsync(second with { State = BatchState.Submitting }, BatchState.Sealed, tokens + second.EstimatedInputTokens - 1, Token));
        Assert.Equal(BatchState.Sealed, (await Stores.Batches.FindAsync(second.Id, Token))!.State);
        Assert.True(await Stores.Batches.EnqueueAsync(second with { State = BatchState.Submitting }, BatchState.Sealed, tokens + second.EstimatedInputTokens, Token));
        Assert.False(await Stores.Batches.EnqueueAsync(second with { State = BatchState.Submitting }, BatchState.Sealed, long.MaxValue, Token));
    }
}
