using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>Batches that are refused, in whole or in part.</summary>
public sealed class BadBatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?> BadLines => new()
    {
        { "{", "invalid_json_line", null },
        { BatchClient.Line("a", "first again"), "duplicate_custom_id", "custom_id" },
        { BatchClient.Line("b", "x").Replace("/v1/chat/completions", "/v1/responses", StringComparison.Ordinal).Replace("\"messages\"", "\"input\":\"x\",\"messages\"", StringComparison.Ordinal), "invalid_url", "url" },
        { BatchClient.Line("b", "x").Replace("POST", "GET", StringComparison.Ordinal), "invalid_method", "method" },
        { BatchClient.Line("b", "x", "no-such-model"), "model_not_found", "body.model" },
        { BatchClient.Line("b", "x").Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal), "streaming_unsupported", "body.stream" },
    };

    [Theory, MemberData(nameof(BadLines))]
    public async Task One_bad_line_fails_the_batch_and_nothing_was_accepted(string bad, string code, string? param)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement created = await gateway.AddBatchAsync($"{BatchClient.Line("a", "first")}\n{bad}\n{BatchClient.Line("c", "third")}\n");
        string id = created.GetProperty("id").GetString()!;
        JsonElement failed = await gateway.BatchWhenAsync(id, "failed");
        JsonElement error = Assert.Single(failed.GetProperty("errors").GetProperty("data").EnumerateArray());

        Assert.Equal("list", failed.GetProperty("errors").GetProperty("object").GetString());
        Assert.Equal((2, code, param), (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal((0, 0, 0), BatchClient.Counts(failed));
        Assert.Equal(JsonValueKind.Number, failed.GetProperty("failed_at").ValueKind);
        Assert.All(["output_file_id", "error_file_id"], field => Assert.Equal(JsonValueKind.Null, failed.GetProperty(field).ValueKind));
        Assert.Empty((await gateway.GetAsync("/leeway/requests")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Good_lines_run_when_the_client_accepts_parts_and_bad_ones_are_in_the_error_file()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string lines = $"{BatchClient.Line("a", "first")}\n{{\n{BatchClient.Line("b", "second", "no-such-model")}\n{BatchClient.Line("c", "third")}\n";
        JsonElement done = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(lines, headers: ("Leeway-Partial", "accept"))).GetProperty("id").GetString()!, "completed");
        Dictionary<string, JsonElement> output = await gateway.RowsAsync(done, "output_file_id");
        string[] errors = (await gateway.Http.GetStringAsync($"/v1/files/{done.GetProperty("error_file_id").GetString()}/content", Token)).TrimEnd('\n').Split('\n');

        Assert.Equal((4, 2, 2), BatchClient.Counts(done));
        BatchClient.AssertAnswers(output["a"], "first");
        BatchClient.AssertAnswers(output["c"], "third");
        JsonElement[] rows = [.. errors.Select(row => JsonDocument.Parse(row).RootElement)];
        Assert.Equal([null, "b"], rows.Select(row => row.GetProperty("custom_id").GetString()));
        Assert.Equal(["invalid_json_line", "model_not_found"], rows.Select(row => row.GetProperty("error").GetProperty("code").GetString()));
        Assert.All(rows, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("response").ValueKind));
    }

    [Fact]
    public async Task An_empty_file_fails()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostBatchAsync("\n\n", headers: ("Leeway-Partial", "accept"));
        JsonElement failed = await gateway.BatchWhenAsync((await answer.ReadJsonAsync()).GetProperty("id").GetString()!, "failed");
        JsonElement error = Assert.Single(failed.GetProperty("errors").GetProperty("data").EnumerateArray());

        Assert.Equal("empty_file", error.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("line").ValueKind);
    }

    [Fact]
    public async Task More_than_a_hundred_bad_lines_are_counted()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string lines = string.Join('\n', Enumerable.Range(0, 130).Select(i => BatchClient.Line($"l{i}", "x", "no-such-model")));
        JsonElement failed = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(lines)).GetProperty("id").GetString()!, "failed");
        JsonElement[] errors = [.. failed.GetProperty("errors").GetProperty("data").EnumerateArray()];

        Assert.Equal(101, errors.Length);
        Assert.Contains("130 lines", errors.Single(error => error.GetProperty("code").GetString() == "more_bad_lines").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"endpoint":"/v1/chat/completions","completion_window":"24h"}""", 400, "missing_member", "input_file_id")]
    [InlineData("""{"input_file_id":"file-0","endpoint":"/v1/chat/completions","completion_window":"24h"}""", 404, "not_found", "input_file_id")]
    [InlineData("""{"input_file_id":"file-01957000000070008000000000000001","endpoint":"/v1/chat/completions","completion_window":"24h"}""", 404, "not_found", "input_file_id")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/moderations","completion_window":"24h"}""", 400, "invalid_parameter", "endpoint")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions"}""", 400, "missing_member", "completion_window")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":"soon"}""", 400, "invalid_deadline", "completion_window")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":"30d"}""", 400, "deadline_too_far", "completion_window")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":24}""", 400, "invalid_parameter", "completion_window")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"a":1}}""", 400, "invalid_parameter", "metadata.a")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":"24h","output_expires_after":{"anchor":"created_at","seconds":1}}""", 400, "invalid_parameter", "output_expires_after")]
    [InlineData("""{"input_file_id":"$file","endpoint":"/v1/chat/completions","completion_window":"24h","priority":"low"}""", 400, "invalid_parameter", "priority")]
    [InlineData("""{"input_file_id":"$other","endpoint":"/v1/chat/completions","completion_window":"24h"}""", 400, "invalid_parameter", "input_file_id")]
    [InlineData("[]", 400, "body_not_an_object", null)]
    [InlineData("{", 400, "invalid_json", null)]
    public async Task A_body_that_makes_no_batch_is_refused_with_its_field(string body, int status, string code, string? param)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string file = (await gateway.AddAsync(BatchClient.Lines(1))).GetProperty("id").GetString()!;
        string other = (await gateway.AddAsync("text", "user_data")).GetProperty("id").GetString()!;
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/batches", body.Replace("$file", file, StringComparison.Ordinal).Replace("$other", other, StringComparison.Ordinal));
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal((code, param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Empty((await gateway.GetAsync("/v1/batches")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("GET", "/v1/batches/batch_0")]
    [InlineData("GET", "/v1/batches/batch_01957000000070008000000000000001")]
    [InlineData("POST", "/v1/batches/batch_01957000000070008000000000000001/cancel")]
    [InlineData("GET", "/v1/batches/$message")]
    [InlineData("GET", "/v1/batches/$asopenai")]
    [InlineData("GET", "/v1/messages/batches/$batch")]
    [InlineData("GET", "/v1/messages/batches/msgbatch_01957000000070008000000000000001/results")]
    [InlineData("DELETE", "/v1/messages/batches/msgbatch_01957000000070008000000000000001")]
    public async Task Ids_that_are_none_of_this_dialects_are_not_found(string method, string path)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string batch = (await gateway.AddBatchAsync(BatchClient.Lines(1))).GetProperty("id").GetString()!;
        using HttpResponseMessage made = await gateway.PostAsync(
            "/v1/messages/batches", """{"requests":[{"custom_id":"a","params":{"model":"gpt-4o-mini","max_tokens":9,"messages":[{"role":"user","content":"x"}]}}]}""");
        string message = (await made.ReadJsonAsync()).GetProperty("id").GetString()!;
        string asked = path.Replace("$batch", batch, StringComparison.Ordinal).Replace("$message", message, StringComparison.Ordinal)
            .Replace("$asopenai", message["msg".Length..], StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), asked);
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
