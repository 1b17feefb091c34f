using Leeway.Cli.Demo;
using Leeway.Cli.Demo.Screen;
using Leeway.Cli.Demo.Watching;
using Spectre.Console;

namespace Leeway.Gateway.Tests.Demo;

public sealed class PanoramaTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(80, 24)]
    [InlineData(80, 40)]
    [InlineData(120, 50)]
    public void It_fits_the_terminal_and_shows_savings_and_a_call_to_try(int width, int height)
    {
        string[] lines = Draw(width, height);

        Assert.InRange(lines.Length, 10, height - 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.Contains(lines, line => line.Contains("$0.1234", StringComparison.Ordinal) && line.Contains("47 %", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("curl -i http://127.0.0.1:54321/v1/chat/completions", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tall_terminal_shows_the_client_code_too() =>
        Assert.Contains(Draw(80, 40), line => line.Contains("http://127.0.0.1:54321/by/1h/v1", StringComparison.Ordinal));

    private static string[] Draw(int width, int height)
    {
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        var panorama = new Panorama(new DemoOptions(), new Uri("http://127.0.0.1:54321"), new Uri("http://127.0.0.1:54322"), TimeZoneInfo.Utc);
        console.Write(panorama.Draw(Sample(), width, height));
        return output.ToString().TrimEnd().Split('\n');
    }

    private static Reading Sample() => new()
    {
        At = s_now,
        Accepted = 12_345,
        Total = new CostLine("total", 12_000, 0.1391m, 0.2625m, 0.1234m, 0, 0),
        Priorities =
        [
            new PriorityReading("urgent", null, null, 9_000, 0.61, new CostLine("urgent", 9_000, 0.0131m, 0.0131m, 0, 0, 0)),
            new PriorityReading("standard", 53, 1_172, 2_999, 1_130, new CostLine("standard", 2_999, 0.1093m, 0.2034m, 0.0941m, 0, 0)),
            new PriorityReading("low", 9_321, 0, 1, 20_000, new CostLine("low", 1, 12.5m, 25m, 12.5m, 0, 0)),
        ],
        Batches = [.. Enumerable.Range(0, 8).Select(i => new BatchLine(
            i == 0 ? "finalizing" : "collected", "standard", "text-embedding-3-large", 1_000, 300 * i % 1_000, 0, s_now.AddMinutes(-10), null))],
    };
}
