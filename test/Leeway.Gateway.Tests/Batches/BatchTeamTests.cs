using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>Batches belong to the team of the key that made them.</summary>
public sealed class BatchTeamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_team_finds_neither_a_batch_nor_its_files_nor_its_results()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", blue);
        string urgent = BatchClient.Line("now", "at once").Replace("\"model\"", "\"service_tier\":\"priority\",\"model\"", StringComparison.Ordinal);
        string id = (await gateway.AddBatchAsync(urgent)).GetProperty("id").GetString()!;
        JsonElement batch = await gateway.BatchWhenAsync(id, "completed");
        string running = (await gateway.AddBatchAsync(BatchClient.Lines(1), "7d", headers: ("Leeway-Lane", "batch"))).GetProperty("id").GetString()!;
        using HttpResponseMessage made = await gateway.PostAsync("/v1/messages/batches", """{"requests":[{"custom_id":"a","params":{"model":"gpt-4o-mini","max_tokens":9,"messages":[]}}]}""");
        string message = (await made.ReadJsonAsync()).GetProperty("id").GetString()!;
        gateway.Http.DefaultRequestHeaders.Authorization = null;

        string output = batch.GetProperty("output_file_id").GetString()!;
        (HttpMethod Method, string Path)[] calls =
        [
            (HttpMethod.Get, $"/v1/batches/{id}"), (HttpMethod.Post, $"/v1/batches/{running}/cancel"), (HttpMethod.Get, $"/v1/files/{output}"),
            (HttpMethod.Get, $"/v1/files/{output}/content"), (HttpMethod.Delete, $"/v1/files/{output}"), (HttpMethod.Get, $"/v1/messages/batches/{message}"),
            (HttpMethod.Get, $"/v1/messages/batches/{message}/results"), (HttpMethod.Post, $"/v1/messages/batches/{message}/cancel"),
            (HttpMethod.Delete, $"/v1/messages/batches/{message}"),
        ];
        foreach ((HttpMethod method, string path) in calls)
        {
            Assert.Equal(404, await gateway.StatusAsync(red, method, path));
        }

        Assert.Empty((await gateway.AskAsync(red, HttpMethod.Get, "/v1/batches")).GetProperty("data").EnumerateArray());
        Assert.Empty((await gateway.AskAsync(red, HttpMethod.Get, "/v1/messages/batches")).GetProperty("data").EnumerateArray());
        string body = JsonSerializer.Serialize(new { input_file_id = batch.GetProperty("input_file_id").GetString(), endpoint = "/v1/chat/completions", completion_window = "24h" });
        Assert.Equal(404, await gateway.StatusAsync(red, HttpMethod.Post, "/v1/batches", body));
        Assert.Equal(200, await gateway.StatusAsync(blue, HttpMethod.Get, $"/v1/files/{output}/content"));
        Assert.NotEqual("cancelling", (await gateway.AskAsync(blue, HttpMethod.Get, $"/v1/batches/{running}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_line_asks_only_for_models_of_the_key()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string key = (await gateway.MakeKeyAsync("blue", ""","models":["gpt-4o"]""")).Secret;
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        string id = (await gateway.AddBatchAsync($"{BatchClient.Line("a", "x", "gpt-4o")}\n{BatchClient.Line("b", "y")}")).GetProperty("id").GetString()!;
        JsonElement failed = await gateway.BatchWhenAsync(id, "failed");

        JsonElement error = Assert.Single(failed.GetProperty("errors").GetProperty("data").EnumerateArray());
        Assert.Equal((2, "model_not_allowed"), (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_batch_of_a_key_is_in_the_ledger_under_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MadeKey key = await gateway.MakeKeyAsync();
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        await gateway.BatchWhenAsync((await gateway.AddBatchAsync(BatchClient.Lines(2))).GetProperty("id").GetString()!, "completed");
        string costs = await gateway.Admin.GetStringAsync("/admin/cost?by=key", Token);

        Assert.Contains(key.Id, costs, StringComparison.Ordinal);
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("prompt 0")));
    }
}
