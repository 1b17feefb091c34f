using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Demo;

namespace Leeway.Gateway.Tests.Demo;

public sealed class DemoRunTests
{
    [Fact]
    public async Task A_single_run_ends_every_request_and_pays_what_the_provider_bills()
    {
        (int code, string output, _) = await RunAsync(new DemoOptions { Once = true, Json = true, Scale = 600, Hours = 0.5 });

        Assert.Equal(0, code);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement summary = document.RootElement;
        long accepted = summary.GetProperty("accepted").GetInt64();
        Assert.InRange(accepted, 200, 800);
        Assert.Equal(accepted, new[] { "succeeded", "failed", "expired", "cancelled" }.Sum(end => summary.GetProperty(end).GetInt64()));
        Assert.Equal(accepted, summary.GetProperty("by_priority").EnumerateObject().Sum(priority => priority.Value.GetProperty("accepted").GetInt64()));
        Assert.InRange(Money(summary, "spent_usd"), 0.01m, 10m);
        Assert.Equal(Money(summary, "sandbox_bill_usd"), Money(summary, "spent_usd"));
        Assert.Equal(Money(summary, "list_usd") - Money(summary, "spent_usd"), Money(summary, "saved_usd"));
        Assert.InRange(summary.GetProperty("batch_share").GetDouble(), 0.2, 1);
        Assert.InRange(summary.GetProperty("deadline_hit_rate").GetDouble(), 0.5, 1);
        Assert.True(summary.GetProperty("refused").GetInt64() > 0);
    }

    [Fact]
    public async Task A_free_run_says_what_to_try_and_ends_when_its_time_is_up()
    {
        (int code, string output, string notes) = await RunAsync(new DemoOptions { Scale = 600, Duration = TimeSpan.FromSeconds(2) });

        Assert.Equal(0, code);
        Assert.Empty(output);
        Assert.Contains("curl -i http://127.0.0.1:", notes, StringComparison.Ordinal);
        Assert.Contains("/by/1h/v1", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_data_of_an_earlier_run_is_refused_and_left_alone()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-test-").FullName;
        string file = Path.Combine(folder, "kept.txt");
        await File.WriteAllTextAsync(file, "kept");
        try
        {
            (int code, _, string notes) = await RunAsync(new DemoOptions { Once = true, Data = folder });

            Assert.Equal(1, code);
            Assert.Contains("--data", notes, StringComparison.Ordinal);
            Assert.Equal([file], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static decimal Money(JsonElement summary, string name) => decimal.Parse(summary.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static async Task<(int Code, string Output, string Notes)> RunAsync(DemoOptions options)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        int code = await DemoRun.RunAsync(options, output, TextWriter.Synchronized(notes), CancellationToken.None);
        return (code, output.ToString(), notes.ToString());
    }
}
