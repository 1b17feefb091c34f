using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>Batches of a gateway under test, as a client sees them.</summary>
internal static class BatchClient
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A chat line that asks <paramref name="prompt"/>.</summary>
    public static string Line(string customId, string prompt, string model = "gpt-4o-mini") => JsonSerializer.Serialize(new
    {
        custom_id = customId,
        method = "POST",
        url = "/v1/chat/completions",
        body = new { model, messages = new[] { new { role = "user", content = prompt } } },
    });

    /// <summary>Chat lines <c>line-0</c>, <c>line-1</c>, … that ask <c>prompt 0</c>, <c>prompt 1</c>, ….</summary>
    public static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Line($"line-{i}", $"prompt {i}"))) + "\n";

    /// <summary>Uploads lines and posts the batch.</summary>
    public static async Task<HttpResponseMessage> PostBatchAsync(
        this TestGateway gateway, string lines, string window = "24h", string endpoint = "/v1/chat/completions", params (string Name, string Value)[] headers)
    {
        string file = (await gateway.AddAsync(lines)).GetProperty("id").GetString()!;
        return await gateway.PostAsync("/v1/batches", JsonSerializer.Serialize(new { input_file_id = file, endpoint, completion_window = window }), headers);
    }

    /// <summary>Uploads lines and makes a batch that must be taken.</summary>
    public static async Task<JsonElement> AddBatchAsync(
        this TestGateway gateway, string lines, string window = "24h", string endpoint = "/v1/chat/completions", params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage answer = await gateway.PostBatchAsync(lines, window, endpoint, headers);
        return await answer.ReadJsonAsync();
    }

    /// <summary>The batch once it has one of the statuses.</summary>
    public static async Task<JsonElement> BatchWhenAsync(this TestGateway gateway, string id, params string[] statuses)
    {
        JsonElement batch = default;
        await Prompts.EventuallyAsync(
            async () =>
            {
                batch = await gateway.GetAsync($"/v1/batches/{id}");
                return statuses.Contains(batch.GetProperty("status").GetString());
            },
            $"{id} is {string.Join(" or ", statuses)}");
        return batch;
    }

    /// <summary>The rows of a file by custom id; no id occurs twice, and every line is a row.</summary>
    public static async Task<Dictionary<string, JsonElement>> RowsAsync(this TestGateway gateway, JsonElement batch, string file)
    {
        string? id = batch.GetProperty(file).GetString();
        return id is null ? [] : Parse(await gateway.Http.GetStringAsync($"/v1/files/{id}/content", Token));
    }

    public static Dictionary<string, JsonElement> Parse(string rows)
    {
        var found = new Dictionary<string, JsonElement>();
        Assert.EndsWith("\n", rows, StringComparison.Ordinal);
        foreach (string row in rows[..^1].Split('\n'))
        {
            JsonElement parsed = JsonDocument.Parse(row).RootElement;
            Assert.True(found.TryAdd(parsed.GetProperty("custom_id").GetString()!, parsed), row);
        }

        return found;
    }

    /// <summary>Total, completed and failed.</summary>
    public static (int Total, int Completed, int Failed) Counts(JsonElement batch)
    {
        JsonElement counts = batch.GetProperty("request_counts");
        return (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32());
    }

    /// <summary>Asserts that a row of the output file answers <paramref name="prompt"/>, in OpenAI's shape.</summary>
    public static void AssertAnswers(JsonElement row, string prompt)
    {
        Assert.Equal(["id", "custom_id", "response", "error"], row.EnumerateObject().Select(field => field.Name));
        Assert.StartsWith("batch_req_", row.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("error").ValueKind);
        JsonElement response = row.GetProperty("response");
        Assert.Equal(["status_code", "request_id", "body"], response.EnumerateObject().Select(field => field.Name));
        Assert.Equal(200, response.GetProperty("status_code").GetInt32());
        Assert.StartsWith("req_", response.GetProperty("request_id").GetString(), StringComparison.Ordinal);
        Assert.Contains(Prompts.Digest(prompt), response.GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
    }
}
