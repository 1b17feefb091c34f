namespace Leeway.Tests.Storage;

public abstract class LedgerStoreConformance : StoreConformance
{
    [Fact]
    public async Task Adding_an_entry_twice_changes_nothing()
    {
        LedgerEntry entry = Entry(new RequestId(NextId()));
        await Stores.Ledger.AddAsync(entry, Token);
        await Stores.Ledger.AddAsync(entry with { Cost = 9m, Duplicate = true }, Token);

        CostRow row = await TotalAsync();
        Assert.Equal((1, 1, 0.5m, 0), (row.Requests, row.Entries, row.Cost, row.Duplicates));
    }

    [Fact]
    public async Task Appended_entries_are_in_a_sum_that_is_asked_for_after_them()
    {
        for (int i = 0; i < 5000; i++)
        {
            Stores.Ledger.Append(Entry(new RequestId(NextId())));
        }

        Assert.Equal((5000, 2500m), ((await TotalAsync()).Requests, (await TotalAsync()).Cost));
    }

    [Fact]
    public async Task Appended_entries_come_back_as_they_were_and_their_duplicates_count_no_request()
    {
        var id = new RequestId(NextId());
        LedgerEntry failed = Entry(id, 1, cost: 0.0000000000000000000000000001m, list: 7m) with { Duplicate = true, Estimated = true, Model = "other" };
        Stores.Ledger.Append(failed);
        Stores.Ledger.Append(Entry(id, 100_001, cost: 0.25m, list: 0.5m));
        Stores.Ledger.Append(Entry(new RequestId(NextId()), cost: null, list: null) with { PriceVersion = null });

        CostRow total = await TotalAsync();
        Assert.Equal((2, 3, 0.2500000000000000000000000001m, 0.5m, 1, 1), (total.Requests, total.Entries, total.Cost, total.ListCost, total.Unpriced, total.Duplicates));
        Assert.Equal(new TokenUsage(300, 60, 15, 150, 21), total.Usage);
        IReadOnlyList<CostRow> byModel = await Stores.Ledger.SumAsync(CostDimension.Model, T0, T0.AddDays(1), Token);
        Assert.Equal(["gpt-4o", "other"], byModel.Select(row => row.Name));
        Assert.Empty(await Stores.Ledger.SumAsync(CostDimension.Total, T0.AddDays(1), T0.AddDays(2), Token));
    }

    [Fact]
    public async Task Sums_are_exact()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ =>
            Stores.Ledger.AddAsync(Entry(new RequestId(NextId()), cost: 0.0000000000000000000000000001m, list: 0.1m), Token)));
        await Stores.Ledger.AddAsync(Entry(new RequestId(NextId()), cost: 0.3m, list: 0.2m), Token);

        CostRow row = await TotalAsync();
        Assert.Equal(0.3000000000000000000000001m, row.Cost);
        Assert.Equal(100.2m, row.ListCost);
    }

    [Fact]
    public async Task A_duplicates_list_price_is_counted_once_and_its_cost_is_counted()
    {
        var id = new RequestId(NextId());
        await Stores.Ledger.AddAsync(Entry(id, 2, cost: 1m, list: 1m), Token);
        await Stores.Ledger.AddAsync(Entry(id, 1, cost: 0.5m, list: 1m) with { Duplicate = true }, Token);

        CostRow row = await TotalAsync();
        Assert.Equal((1, 2, 1.5m, 1m, 1, -0.5m), (row.Requests, row.Entries, row.Cost, row.ListCost, row.Duplicates, row.Saved));
    }

    [Fact]
    public async Task Unknown_prices_are_counted_and_left_out_of_the_sums()
    {
        await Stores.Ledger.AddAsync(Entry(new RequestId(NextId()), cost: null, list: null), Token);
        await Stores.Ledger.AddAsync(Entry(new RequestId(NextId())), Token);

        CostRow row = await TotalAsync();
        Assert.Equal((2, 1, 0.5m, 1m), (row.Entries, row.Unpriced, row.Cost, row.ListCost));
        Assert.Equal(new TokenUsage(200, 40, 10, 100, 14), row.Usage);
    }

    [Fact]
    public async Task Sums_hold_from_an_instant_up_to_before_another()
    {
        foreach (int minute in new[] { 0, 1, 2 })
        {
            await Stores.Ledger.AddAsync(Entry(new RequestId(NextId())) with { At = T0.AddMinutes(minute) }, Token);
        }

        Assert.Equal(2, Assert.Single(await Stores.Ledger.SumAsync(CostDimension.Total, T0, T0.AddMinutes(2), Token)).Entries);
        Assert.Equal(1, Assert.Single(await Stores.Ledger.SumAsync(CostDimension.Total, T0.AddMinutes(2), T0.AddMinutes(3), Token)).Entries);
        Assert.Empty(await Stores.Ledger.SumAsync(CostDimension.Total, T0.AddMinutes(3), T0.AddMinutes(4), Token));
    }

    [Theory]
    [InlineData(CostDimension.Total, "total")]
    [InlineData(CostDimension.Model, "gpt-4o", "gpt-4o-mini")]
    [InlineData(CostDimension.Priority, "standard", "low")]
    [InlineData(CostDimension.Lane, "batch", "realtime")]
    [InlineData(CostDimension.Key, "anonymous", "key_a")]
    [InlineData(CostDimension.Deployment, "openai/gpt-4o", "azure/mini")]
    public async Task Sums_are_told_by_each_dimension(CostDimension by, params string[] names)
    {
        LedgerEntry entry = Entry(new RequestId(NextId()), cost: 2m, list: 3m);
        await Stores.Ledger.AddAsync(entry, Token);
        await Stores.Ledger.AddAsync(entry with
        {
            Attempt = 2,
            Cost = 1m,
            Model = "gpt-4o-mini",
            Priority = Priority.Low,
            Lane = Lane.RealTime,
            Caller = "key_a",
            Deployment = "azure/mini",
        }, Token);

        IReadOnlyList<CostRow> rows = await Stores.Ledger.SumAsync(by, T0, T0.AddDays(1), Token);
        Assert.Equal(names, rows.Select(row => row.Name));
        Assert.Equal(3m, rows.Sum(row => row.Cost));
        Assert.All(rows, row => Assert.Equal(1, row.Requests));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":0}}""")]
    [InlineData("""{"prompt_tokens":1,"cost":0.00123,"x":"0012 and 7","y":100000000000000000000000001,"z":[0,00,-5,1e9]}""")]
    [InlineData("""{"prompt_tokens":1,"note":"#1"}""")]
    [InlineData("""{"prompt_tokens":1,"note":"ü"}""")]
    [InlineData("""{"prompt_tokens":9999999999999999999,"n":999999999999999999}""")]
    public async Task Everything_an_entry_has_comes_back_of_real_time_as_of_stored_requests(string raw)
    {
        LedgerEntry entry = Entry(new RequestId(NextId())) with
        {
            Usage = new TokenUsage(100, 20, 10, 50, 7) { CacheWriteHour = 4, AudioInput = 3, AudioOutput = 2 },
            Tier = ServedTier.Priority,
            Estimated = true,
            RawUsage = System.Text.Encoding.UTF8.GetBytes(raw),
        };
        Stores.Ledger.Append(entry);
        Stores.Ledger.Append(entry with { Attempt = 2 });
        await Stores.Ledger.AddAsync(entry with { Attempt = 3 }, Token);

        IReadOnlyList<LedgerEntry> entries = await Stores.Ledger.ListAsync(T0, T0.AddDays(1), 10, Token);
        Assert.Equal([1, 2, 3], entries.Select(found => found.Attempt).Order());
        Assert.All(entries, found =>
        {
            Assert.Equal(raw, System.Text.Encoding.UTF8.GetString(found.RawUsage.Span));
            Assert.Equal(entry with { Attempt = found.Attempt, RawUsage = found.RawUsage }, found);
        });
    }

    [Fact]
    public async Task Raw_usages_that_never_repeat_are_kept_all_the_same()
    {
        string[] texts = [.. Enumerable.Range(0, 600).Select(i => $"{{\"id\":\"{(char)('a' + (i / 26 % 26))}{(char)('a' + (i % 26))}\",\"prompt_tokens\":{i}}}")];
        foreach (string text in texts)
        {
            Stores.Ledger.Append(Entry(new RequestId(NextId())) with { RawUsage = System.Text.Encoding.UTF8.GetBytes(text) });
        }

        IReadOnlyList<LedgerEntry> entries = await Stores.Ledger.ListAsync(T0, T0.AddDays(1), 1000, Token);
        Assert.Equal(texts.Order(StringComparer.Ordinal), entries.Select(entry => System.Text.Encoding.UTF8.GetString(entry.RawUsage.Span)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_newest_entries_come_first_and_no_more_than_asked_for()
    {
        for (int i = 0; i < 700; i++)
        {
            Stores.Ledger.Append(Entry(new RequestId(NextId())) with { At = T0.AddSeconds(i), Attempt = i + 1 });
        }

        await Stores.Ledger.AddAsync(Entry(new RequestId(NextId()), 1000) with { At = T0.AddSeconds(698) }, Token);
        Assert.Equal([700, 1000, 699, 698], (await Stores.Ledger.ListAsync(T0, T0.AddDays(1), 4, Token)).Select(entry => entry.Attempt));
        Assert.Equal([3, 2], (await Stores.Ledger.ListAsync(T0.AddSeconds(1), T0.AddSeconds(3), 10, Token)).Select(entry => entry.Attempt));
    }

    private async Task<CostRow> TotalAsync() => Assert.Single(await Stores.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token));
}
