using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>
/// The official npm client sends a large batch file through a gateway that is a process of its own. <c>LEEWAY_BATCH_LINES</c> and
/// <c>LEEWAY_BATCH_LINE_BYTES</c> make it as large as wanted; what was measured is printed.
/// </summary>
public sealed class OpenAINodeBatchTests
{
    private const int DefaultLines = 2_000;
    private const int DefaultLineBytes = 400;

    [Fact]
    public async Task A_large_file_comes_back_whole_with_the_right_answer_for_every_custom_id()
    {
        NodeScript.SkipWithoutNode();
        int lines = Setting("LEEWAY_BATCH_LINES", DefaultLines);
        int lineBytes = Setting("LEEWAY_BATCH_LINE_BYTES", DefaultLineBytes);
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(10_000, age: "1s"));
        await site.StartAsync();
        long idle = site.Gateway.PeakMemory();
        JsonElement got = await NodeScript.OpenAI.RunAsync("batch-flow.mjs", new
        {
            baseURL = new Uri(site.Url, "/v1"),
            model = "gpt-4o-mini",
            lines,
            lineBytes,
            window = "24h",
            pollMs = 200,
        });

        JsonElement counts = got.GetProperty("counts");
        Assert.Equal("completed", got.GetProperty("status").GetString());
        Assert.Equal((lines, lines, 0), (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32()));
        Assert.Equal((lines, 0, lines), (got.GetProperty("output").GetInt32(), got.GetProperty("errors").GetInt32(), got.GetProperty("distinct").GetInt32()));
        Assert.All(["repeated", "misplaced", "wrongCounts"], name => Assert.Equal(0, got.GetProperty(name).GetInt32()));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{lines} lines, {got.GetProperty("bytes").GetInt64() / 1e6:0.#} MB: seconds {got.GetProperty("times").GetRawText()}; gateway's memory at start {idle / 1e6:0} MB, at its peak {site.Gateway.PeakMemory() / 1e6:0} MB"));
    }

    private static int Setting(string name, int fallback) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
