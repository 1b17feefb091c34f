using Leeway.Ledger.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Ledger;

/// <summary>What a node takes of a budget, sets aside, spends and gives back, against a store that counts for all nodes.</summary>
public sealed class BudgetBookTests
{
    private const string Caller = "key_1";

    private readonly Shared _store = new();
    private readonly Budgets _budgets = new(new HeldBudget(Caller, new Budget(10m, BudgetPeriod.Day)));
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 22, 0, 0, TimeSpan.Zero));
    private readonly BudgetBook _book;

    public BudgetBookTests() => _book = new BudgetBook(_budgets, _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("200/month", 200, BudgetPeriod.Month)]
    [InlineData("5.50/day", 5.50, BudgetPeriod.Day)]
    [InlineData("1000", 1000, BudgetPeriod.Total)]
    [InlineData("0.000001", 0.000001, BudgetPeriod.Total)]
    public void A_budget_is_read_as_it_is_written(string text, double amount, BudgetPeriod per)
    {
        Budget budget = Budget.Parse(text)!;
        Assert.Equal(((decimal)amount, per), (budget.Amount, budget.Per));
        Assert.Equal(budget, Budget.Parse(budget.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/day")]
    [InlineData("0")]
    [InlineData("0.0000009/day")]
    [InlineData("-1/day")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("5/Month")]
    [InlineData("5/month ")]
    [InlineData("5/week")]
    [InlineData("1000000001")]
    public void What_is_none_is_not_read(string text) => Assert.Null(Budget.Parse(text));

    [Fact]
    public void A_period_begins_at_midnight_utc()
    {
        var last = new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero);
        DateTimeOffset first = last.AddSeconds(1);
        foreach (BudgetPeriod per in new[] { BudgetPeriod.Day, BudgetPeriod.Month })
        {
            var budget = new Budget(1, per);
            Assert.Equal(budget.PeriodOf(last) + 1, budget.PeriodOf(first));
            Assert.Equal(budget.PeriodOf(last), budget.PeriodOf(last.ToOffset(TimeSpan.FromHours(14))));
            Assert.Equal(first, budget.EndOf(last));
        }

        Assert.Equal(0, new Budget(1, BudgetPeriod.Total).PeriodOf(first));
        Assert.Null(new Budget(1, BudgetPeriod.Total).EndOf(first));
    }

    [Fact]
    public async Task Most_requests_ask_nobody()
    {
        for (int i = 0; i < 1000; i++)
        {
            RequestId id = NewId();
            Assert.Null(await SetAsideAsync(id, 0.002m));
            _book.Spend(Entry(id, 0.001m));
            _book.GiveBack(id, Caller, 0.002m);
        }

        // One dollar was spent in parts of about a cent.
        Assert.InRange(_store.Calls, 50, 150);
        Assert.InRange(_store.UsedUsd("key_1/day"), 1m, 1.02m);
    }

    [Fact]
    public async Task Two_nodes_set_aside_no_more_than_there_is()
    {
        BudgetBook[] nodes = [_book, new BudgetBook(_budgets, _clock)];
        int taken = 0;
        for (int i = 0; i < 100; i++)
        {
            taken += await nodes[i % 2].SetAsideAsync(_store, NewId(), Caller, 0.3m, Token) is null ? 1 : 0;
        }

        // What one of them has in hand is kept from the other.
        Assert.InRange(taken, 32, 33);
        BudgetUsedUp usedUp = (await SetAsideAsync(NewId(), 0.3m))!.Value;
        Assert.Equal(Caller, usedUp.Held.Holder);
        Assert.InRange(usedUp.Used, 9.6m, 10m);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), usedUp.ResetsAt);
    }

    [Fact]
    public async Task What_was_spent_beyond_what_was_set_aside_is_a_debt_that_comes_first()
    {
        RequestId id = NewId();
        Assert.Null(await SetAsideAsync(id, 1m));
        _book.Spend(Entry(id, 9.5m));
        _book.GiveBack(id, Caller, 1m);

        Assert.NotNull(await SetAsideAsync(NewId(), 0.6m));
        await _book.SettleAsync(_store, isLast: false, Token);
        Assert.InRange(_store.UsedUsd("key_1/day"), 9.5m, 9.51m);
        Assert.Null(await SetAsideAsync(NewId(), 0.4m));
    }

    [Fact]
    public async Task A_store_that_is_away_loses_nothing_and_gives_nothing()
    {
        RequestId id = NewId();
        Assert.Null(await SetAsideAsync(id, 1m));
        _store.IsAway = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await SetAsideAsync(NewId(), 1m));
        _book.GiveBack(id, Caller, 1m);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _book.SettleAsync(_store, isLast: false, Token));

        // What is in hand goes on.
        Assert.Null(await SetAsideAsync(NewId(), 0.5m));
        _store.IsAway = false;
        await _book.SettleAsync(_store, isLast: true, Token);
        Assert.Equal(0.5m, _store.UsedUsd("key_1/day"));
    }

    [Fact]
    public async Task At_the_end_only_what_is_spent_and_set_aside_stays_used()
    {
        (RequestId open, RequestId done) = (NewId(), NewId());
        Assert.Null(await SetAsideAsync(open, 2m));
        Assert.Null(await SetAsideAsync(done, 1m));
        _book.Spend(Entry(done, 0.25m));
        _book.GiveBack(done, Caller, 1m);
        await _book.SettleAsync(_store, isLast: true, Token);
        Assert.Equal(2.25m, _store.UsedUsd("key_1/day"));

        // Another process ends it.
        var after = new BudgetBook(_budgets, _clock);
        after.Spend(Entry(open, 0.5m));
        after.GiveBack(open, Caller, 2m);
        await after.SettleAsync(_store, isLast: true, Token);
        Assert.Equal(0.75m, _store.UsedUsd("key_1/day"));
    }

    [Fact]
    public async Task A_new_day_begins_anew_and_what_was_accepted_before_counts_there()
    {
        RequestId late = NewId();
        Assert.Null(await SetAsideAsync(late, 9m));
        _clock.Advance(TimeSpan.FromHours(3));
        RequestId early = NewId();
        Assert.Null(await SetAsideAsync(early, 9m));
        _book.Spend(Entry(late, 8m));
        _book.GiveBack(late, Caller, 9m);
        await _book.SettleAsync(_store, isLast: false, Token);

        Assert.Equal([8m, 9m], _store.Periods("key_1/day").Select(static usd => Math.Round(usd, 1)));
        Assert.NotNull(await SetAsideAsync(NewId(), 2m));
    }

    [Fact]
    public async Task Of_two_budgets_the_one_that_has_enough_is_left_as_it_was()
    {
        _budgets.All = [new HeldBudget(Caller, new Budget(10m, BudgetPeriod.Total)), new HeldBudget("team blue", new Budget(1m, BudgetPeriod.Total))];
        BudgetUsedUp usedUp = (await SetAsideAsync(NewId(), 2m))!.Value;
        Assert.Equal("team blue", usedUp.Held.Holder);
        await _book.SettleAsync(_store, isLast: true, Token);
        Assert.Equal(0m, _store.UsedUsd(Caller));
        Assert.Equal(0m, _store.UsedUsd("team blue"));
    }

    private ValueTask<BudgetUsedUp?> SetAsideAsync(RequestId id, decimal usd) => _book.SetAsideAsync(_store, id, Caller, usd, Token);

    private RequestId NewId() => new(IdSource.FirstOf(_clock.GetUtcNow()));

    private static LedgerEntry Entry(RequestId id, decimal cost) => new()
    {
        RequestId = id,
        Attempt = 1,
        At = DateTimeOffset.UnixEpoch,
        Lane = Lane.RealTime,
        Priority = Priority.Urgent,
        Deployment = "openai/gpt-4o-mini",
        Model = "gpt-4o-mini",
        Caller = Caller,
        Usage = default,
        Cost = cost,
        ListCost = cost,
        PriceVersion = "test",
    };

    private sealed class Budgets(params HeldBudget[] all) : IBudgetSource
    {
        public IReadOnlyList<HeldBudget> All { get; set; } = all;

        public IReadOnlyList<HeldBudget> Of(string caller) => All;
    }

    private sealed class Shared : IAllowanceStore
    {
        private readonly Dictionary<(string Name, long Period), long> _used = [];

        public int Calls { get; private set; }

        public bool IsAway { get; set; }

        public decimal UsedUsd(string name) => Periods(name).Sum();

        public IEnumerable<decimal> Periods(string name) => _used.Where(row => row.Key.Name == name).OrderBy(static row => row.Key.Period).Select(static row => row.Value / 1_000_000_000m);

        public Task<long> AddAsync(string name, long period, long used, CancellationToken cancellationToken)
        {
            Note();
            return Task.FromResult(_used[(name, period)] = _used.GetValueOrDefault((name, period)) + used);
        }

        public Task<(long Taken, long Used)> TakeAsync(string name, long period, long needed, long more, long limit, CancellationToken cancellationToken)
        {
            Note();
            long used = _used.GetValueOrDefault((name, period));
            long taken = used + needed + more <= limit ? needed + more : used + needed <= limit ? needed : 0;
            _used[(name, period)] = used + taken;
            return Task.FromResult((taken, used + taken));
        }

        private void Note()
        {
            Calls++;
            if (IsAway)
            {
                throw new StorageUnavailableException("away", null);
            }
        }
    }
}
