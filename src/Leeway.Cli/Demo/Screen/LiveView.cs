using Leeway.Cli.Demo.Watching;
using Spectre.Console;

namespace Leeway.Cli.Demo.Screen;

/// <summary>The demo on a terminal, drawn anew as it runs.</summary>
internal sealed class LiveView(Watcher watcher, Panorama panorama, IAnsiConsole console, TimeProvider realTime)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);

    /// <summary>Until the token is cancelled; the last reading.</summary>
    public async Task<Reading?> RunAsync(CancellationToken cancellationToken)
    {
        Reading? last = null;
        await console.Live(new Text("Starting …")).AutoClear(true).StartAsync(async live =>
        {
            try
            {
                while (true)
                {
                    last = await watcher.ReadAsync(cancellationToken);
                    live.UpdateTarget(panorama.Draw(last, console.Profile.Width, console.Profile.Height));
                    live.Refresh();
                    await Task.Delay(Every, realTime, cancellationToken);
                }
            }
            catch (Exception error) when (Stopped.Explains(error, cancellationToken))
            {
                // Being stopped is how a view ends.
            }
        });
        if (last is not null)
        {
            console.Write(panorama.DrawEnd(last, console.Profile.Width));
        }

        return last;
    }
}
