using Leeway.Cli.Api;
using Leeway.Cli.Output;
using Spectre.Console;

namespace Leeway.Cli.Runs;

/// <summary>Looks at a run until every request has ended, and shows how far it is.</summary>
internal sealed class RunWatcher(Shell shell, GatewayClient gateway, RunState state)
{
    private const int Step = 10;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private int _told = -1;

    public async Task<RunView> WatchAsync(CancellationToken cancellationToken)
    {
        if (!shell.Surroundings.ErrorIsTerminal || shell.Json)
        {
            return await PollAsync(Tell, cancellationToken);
        }

        RunView? last = null;
        await shell.LiveConsole().Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("starting");
                last = await PollAsync(
                    run =>
                    {
                        bar.MaxValue = Math.Max(1, run.Requests.Total);
                        bar.Value = run.Requests.Ended;
                        bar.Description = Markup.Escape(Describe(run));
                    },
                    cancellationToken);
            });
        return last!;
    }

    private async Task<RunView> PollAsync(Action<RunView> show, CancellationToken cancellationToken)
    {
        TimeSpan wait = s_shortest;
        long lastAnswer = shell.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                RunView run = await gateway.GetAsync<RunView>($"leeway/runs/{state.Run}", cancellationToken);
                lastAnswer = shell.Clock.GetTimestamp();
                show(run);
                if (run.Requests.Ended >= run.Requests.Total)
                {
                    return run;
                }
            }
            catch (CliFailure failure) when (failure.Code == GatewayUnreachable.Code && shell.Clock.GetElapsedTime(lastAnswer) < s_patience)
            {
                // A gateway that restarts comes back with everything it had accepted.
            }

            await Task.Delay(wait, shell.Clock, cancellationToken);
            wait = TimeSpan.FromTicks(Math.Min(s_longest.Ticks, wait.Ticks * 5 / 4));
        }
    }

    private void Tell(RunView run)
    {
        int percent = run.Requests.Total == 0 ? 100 : (int)(100L * run.Requests.Ended / run.Requests.Total);
        if (percent / Step > _told)
        {
            _told = percent / Step;
            shell.Say($"{percent,3} %  {Describe(run)}");
        }
    }

    private string Describe(RunView run)
    {
        RunCounts counts = run.Requests;
        TimeSpan left = state.Deadline - shell.Clock.GetUtcNow();
        return $"{counts.Succeeded} done, {counts.Failed + counts.Expired + counts.Cancelled} failed of {counts.Total} · spent {MoneyText.Of(run.CostUsd)}"
            + $" · saved {MoneyText.Of(run.SavedUsd)} · {(left > TimeSpan.Zero ? TimeText.Of(left) + " to the deadline" : "the deadline is over")}";
    }
}
