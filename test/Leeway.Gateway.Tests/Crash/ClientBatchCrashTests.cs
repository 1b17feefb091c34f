using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Batches;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Crash;

/// <summary>A client's batch whose gateway is killed on the way: every line still ends once, in one file.</summary>
public sealed class ClientBatchCrashTests
{
    // Lines are accepted in groups of 500, so this many make three.
    private const int Lines = 1200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [FailPoint.AfterLinesAccepted, FailPoint.AfterBatchFilesWritten];

    [Theory, MemberData(nameof(Points))]
    public async Task A_kill_loses_no_line_and_repeats_none(string point)
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(500, age: "500ms"));

        // At the second group half of the lines are durable.
        await site.StartAsync(point == FailPoint.AfterLinesAccepted ? $"{point}:2" : point);
        using var http = new HttpClient { BaseAddress = site.Url };
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
        form.Add(FileClient.File(Encoding.UTF8.GetBytes(BatchClient.Lines(Lines)), "in.jsonl"));
        string file = (await ReadAsync(http.PostAsync("/v1/files", form, Token))).GetProperty("id").GetString()!;
        string body = JsonSerializer.Serialize(new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h" });
        string id = (await ReadAsync(http.PostAsync("/v1/batches", new StringContent(body, Encoding.UTF8, "application/json"), Token))).GetProperty("id").GetString()!;
        await site.DiesAsync(point);

        await site.StartAsync();
        JsonElement batch = default;
        await Eventually.HoldsAsync(
            async () => (batch = await ReadAsync(http.GetAsync($"/v1/batches/{id}", Token))).GetProperty("status").GetString() == "completed",
            () => $"The batch does not complete: {batch}\n{site.Gateway.Output}");
        Assert.Equal((Lines, Lines, 0), BatchClient.Counts(batch));
        Dictionary<string, JsonElement> rows = BatchClient.Parse(await http.GetStringAsync($"/v1/files/{batch.GetProperty("output_file_id").GetString()}/content", Token));
        Assert.Equal(Lines, rows.Count);
        Assert.All(rows, row => BatchClient.AssertAnswers(row.Value, $"prompt {row.Key["line-".Length..]}"));
        Assert.All((await site.Sandbox.ReadLedgerAsync()).Prompts.Values, bill => Assert.Equal(Prompts.OnceBatch, bill));
    }

    private static async Task<JsonElement> ReadAsync(Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage answer = await call;
        return await answer.ReadJsonAsync();
    }
}
