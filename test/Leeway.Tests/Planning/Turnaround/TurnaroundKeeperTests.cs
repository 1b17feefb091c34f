using Leeway.Planning.Turnaround;
using Leeway.Storage;
using Leeway.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class TurnaroundKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-turnaround-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_keeps_what_was_learnt_the_regime_and_the_ages_of_open_batches()
    {
        var before = new TurnaroundBench();
        before.Run(200, () => Laws.Healthy(before.Random));
        List<BatchRecord> open = [.. Enumerable.Range(0, 12).Select(_ => before.Submit())];
        for (int minute = 0; minute < 90; minute++)
        {
            before.Clock.Advance(TimeSpan.FromMinutes(1));
            _ = before.Regime;
        }

        before.Forecast.Cancelled(open[0]);
        Assert.NotEqual("healthy", before.Regime);
        await using (LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder))
        {
            await Keeper(before, storage).SaveAsync(Token);
        }

        var after = new TurnaroundBench(clock: before.Clock);
        await using LeewayStorage again = await SqliteTestStores.OpenAsync(_folder);
        await Keeper(after, again).LoadAsync(open, Token);
        TurnaroundView then = before.Forecast.Views(TurnaroundBench.Deployment)[1], now = after.Forecast.Views(TurnaroundBench.Deployment)[1];

        Assert.Equal((then.Regime, then.Seen, then.Censored, then.Open), (now.Regime, now.Seen, now.Censored, now.Open));
        Assert.Equal(11, now.Open);
        Assert.Equal(then.Evidence, now.Evidence, 1);
        Assert.Equal(then.Curve.At(TimeSpan.FromHours(1)), now.Curve.At(TimeSpan.FromHours(1)), 2);
        Assert.Equal(
            before.Forecast.UpperBound("openai/gpt-4o", TimeSpan.FromMinutes(20), before.Now), after.Forecast.UpperBound("openai/gpt-4o", TimeSpan.FromMinutes(20), after.Now), 2);
        Assert.Equal(0.1, after.Curve(1, "anthropic/other").At(TimeSpan.FromMinutes(30)), 2);
        Assert.Equal(before.Curve(5, "openai/other").At(TimeSpan.FromMinutes(20)), after.Curve(5, "openai/other").At(TimeSpan.FromMinutes(20)), 2);
    }

    [Fact]
    public async Task Nothing_is_written_while_nothing_changes_and_what_failed_to_be_saved_is_saved_the_next_time()
    {
        var bench = new TurnaroundBench();
        bench.Run(3, () => TimeSpan.FromMinutes(5));
        var store = new FlakyStore { Fails = true };
        var keeper = new TurnaroundKeeper(bench.Forecast, store, NullLogger<TurnaroundKeeper>.Instance);
        await Assert.ThrowsAsync<IOException>(() => keeper.SaveAsync(Token));
        store.Fails = false;
        await keeper.SaveAsync(Token);
        await keeper.SaveAsync(Token);

        TurnaroundState saved = Assert.Single(store.Saved);
        Assert.Equal(["openai", "openai/gpt-4o", "openai/gpt-4o", "openai/gpt-4o"], saved.Cells.Select(cell => cell.Scope));
    }

    [Fact]
    public async Task What_cannot_be_read_is_learnt_anew()
    {
        var bench = new TurnaroundBench();
        var store = new FlakyStore();
        store.Saved.Add(new TurnaroundState { Cells = [new TurnaroundCell("openai/gpt-4o", TurnaroundRegime.Healthy, -1, -1, bench.Now, new byte[3])] });
        await new TurnaroundKeeper(bench.Forecast, store, NullLogger<TurnaroundKeeper>.Instance).LoadAsync([], Token);

        Assert.Equal(0.1, bench.Curve().At(TimeSpan.FromMinutes(30)), 2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TurnaroundKeeper Keeper(TurnaroundBench bench, LeewayStorage storage) => new(bench.Forecast, storage.Turnarounds, NullLogger<TurnaroundKeeper>.Instance);

    private sealed class FlakyStore : ITurnaroundStore
    {
        public bool Fails { get; set; }

        public List<TurnaroundState> Saved { get; } = [];

        public Task SaveAsync(TurnaroundState state, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new IOException("scripted: the disk is full");
            }

            Saved.Add(state);
            return Task.CompletedTask;
        }

        public Task<TurnaroundState> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(Saved[^1]);
    }
}
