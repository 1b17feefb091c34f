using Leeway.Cli.Demo.Screen;
using Leeway.Cli.Demo.Summary;
using Leeway.Cli.Demo.Traffic;
using Leeway.Cli.Demo.Watching;
using Spectre.Console;

namespace Leeway.Cli.Demo;

/// <summary>Runs the demo: starts the world, lets clients call, shows what happens.</summary>
internal sealed class DemoRun : IDisposable
{
    // Beyond this the drain cancels what is left; the provider's slowest batch of some thousand takes less.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromHours(8);

    private readonly DemoOptions _options;
    private readonly DemoWorld _world;
    private readonly Tally _tally = new();
    private readonly GatewayReader _gateway;
    private readonly TrafficDriver _driver;
    private readonly TrafficPlan _plan;

    private DemoRun(DemoOptions options, DemoWorld world)
    {
        (_options, _world) = (options, world);
        _gateway = new GatewayReader(world.PublicUrl, world.AdminUrl);
        _driver = new TrafficDriver(world.PublicUrl, world.Clock, _tally);
        _plan = new TrafficPlan(WorkingDay.Workloads, world.Clock.LocalTimeZone, new SeededRandomSource(options.Seed));
    }

    /// <summary>Runs until its traffic has ended, its time is up, or it is told to stop.</summary>
    /// <returns>0; 1 when a single run did not come out even, or its folder could not be used.</returns>
    public static async Task<int> RunAsync(DemoOptions options, TextWriter stdout, TextWriter stderr, CancellationToken cancellationToken)
    {
        DemoWorld world;
        try
        {
            world = await DemoWorld.StartAsync(options, cancellationToken);
        }
        catch (IOException error)
        {
            await stderr.WriteLineAsync(error.Message);
            return 1;
        }

        await using (world)
        {
            using var run = new DemoRun(options, world);
            return await run.RunAsync(stdout, stderr, cancellationToken);
        }
    }

    public void Dispose()
    {
        _driver.Dispose();
        _gateway.Dispose();
    }

    private async Task<int> RunAsync(TextWriter stdout, TextWriter stderr, CancellationToken cancellationToken)
    {
        bool live = _options is { IsTerminal: true, Json: false };
        await IntroduceAsync(stderr, live);
        using var stopTraffic = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stopView = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Reading?> view = live ? ShowLive(stdout, stopView.Token) : ShowPlain(stderr, stopView.Token);
        DemoSummary? summary = null;
        try
        {
            summary = _options.Once ? await RunOnceAsync(stopTraffic.Token) : await RunFreelyAsync(stopTraffic);
        }
        catch (Exception error) when (Stopped.Explains(error, cancellationToken))
        {
            // Ctrl-C ends the demo well: what was seen last is its summary.
        }
        finally
        {
            await stopView.CancelAsync();
        }

        Reading? last = await view;
        return summary is not null
            ? await ReportAsync(summary, stdout, stderr)
            : await FarewellAsync(last, stderr);
    }

    /// <summary>1. Traffic. 2. Seal what is queued. 3. Wait for every end and every batch. 4. Count.</summary>
    private async Task<DemoSummary> RunOnceAsync(CancellationToken cancellationToken)
    {
        // 1.
        await _driver.MakeAsync(_plan.From(_world.Started, _world.Started.AddHours(_options.Hours)), cancellationToken);
        await _driver.SettleAsync();

        // 2.
        DateTimeOffset trafficEnded = _world.Clock.GetUtcNow();
        await _gateway.SealAsync(cancellationToken);

        // 3.
        while (!await IsDrainedAsync(cancellationToken))
        {
            await PauseAsync(cancellationToken);
            if (_world.Clock.GetUtcNow() - trafficEnded > LongestDrain)
            {
                await CancelRestAsync(cancellationToken);
                break;
            }
        }

        TimeSpan drain = _world.Clock.GetUtcNow() - trafficEnded;
        await _driver.EndAsync();

        // 4.
        return await new SummaryReader(_world, _gateway, _tally).ReadAsync(_options, drain.TotalHours, cancellationToken);
    }

    private async Task<DemoSummary?> RunFreelyAsync(CancellationTokenSource stopTraffic)
    {
        using ITimer? timer = _options.Duration is { } duration
            ? _options.RealTime.CreateTimer(_ => stopTraffic.Cancel(), null, duration, Timeout.InfiniteTimeSpan)
            : null;
        try
        {
            await _driver.MakeAsync(_plan.From(_world.Started, null), stopTraffic.Token);
        }
        catch (Exception error) when (Stopped.Explains(error, stopTraffic.Token))
        {
            // Its time is up.
        }

        return null;
    }

    private async Task<bool> IsDrainedAsync(CancellationToken cancellationToken) =>
        (await _gateway.QueueAsync(cancellationToken)).Count == 0
        && !(await _gateway.BatchesAsync(1000, cancellationToken)).Any(batch => batch.IsOpen)
        && (await _gateway.AllRequestsAsync("state=queued,sealed,submitted,running", cancellationToken)).Count == 0;

    private async Task CancelRestAsync(CancellationToken cancellationToken)
    {
        foreach (RequestLine request in await _gateway.AllRequestsAsync("state=queued,sealed,submitted,running", cancellationToken))
        {
            await _gateway.CancelAsync(request.Id, cancellationToken);
        }
    }

    // In time here: on a very fast clock looking must not be all the machine does.
    private Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromMilliseconds(250), _options.RealTime, cancellationToken);

    private Task<Reading?> ShowLive(TextWriter stdout, CancellationToken cancellationToken)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(stdout) });
        var panorama = new Panorama(_options, _world.PublicUrl, _world.AdminUrl, _world.Clock.LocalTimeZone);
        return new LiveView(Watcher(), panorama, console, _options.RealTime).RunAsync(cancellationToken);
    }

    private Task<Reading?> ShowPlain(TextWriter stderr, CancellationToken cancellationToken) =>
        new PlainView(Watcher(), stderr, _options.RealTime, _world.Clock.LocalTimeZone).RunAsync(cancellationToken);

    private Watcher Watcher() => new(_gateway, _tally, _world.Clock);

    private async Task IntroduceAsync(TextWriter stderr, bool live)
    {
        if (!_world.HasUsualPorts)
        {
            await stderr.WriteLineAsync("Port 8080 or 8081 is in use; this gateway listens on free ones, shown below.");
        }

        if (live)
        {
            return;
        }

        await stderr.WriteLineAsync(FormattableString.Invariant(
            $"A gateway over a simulated provider, on a clock {_options.Scale:0.##} times as fast: {_world.PublicUrl} (admin {_world.AdminUrl}). Ctrl-C ends it."));
        if (!_options.Once)
        {
            foreach (string line in (string[])[Snippets.CurlTitle, .. Snippets.Curl(_world.PublicUrl), Snippets.CSharpTitle, .. Snippets.CSharp(_world.PublicUrl)])
            {
                await stderr.WriteLineAsync(line);
            }
        }
    }

    private async Task<int> ReportAsync(DemoSummary summary, TextWriter stdout, TextWriter stderr)
    {
        if (_options.Json)
        {
            await stdout.WriteLineAsync(SummaryJson.Write(summary));
        }
        else
        {
            await SummaryText.WriteAsync(summary, stdout);
        }

        if (!summary.Balances)
        {
            await stderr.WriteLineAsync("The counts or the bill do not come out even. That is a bug in Leeway: please report it with the line above.");
            return 1;
        }

        return 0;
    }

    private async Task<int> FarewellAsync(Reading? last, TextWriter stderr)
    {
        if (last is not null)
        {
            await stderr.WriteLineAsync(
                $"{Words.Count(last.Accepted)} requests accepted; {Words.Money(last.Total.Spent)} spent and {Words.Money(last.Total.Saved)} saved, all of it simulated."
                + (_options.Data is { } folder ? $" Data: {folder}" : ""));
        }

        return 0;
    }
}
