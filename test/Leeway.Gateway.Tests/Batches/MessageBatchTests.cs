using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>Anthropic's message batches.</summary>
public sealed class MessageBatchTests
{
    private const string Root = "/v1/messages/batches";

    private static readonly string[] s_fields =
    [
        "id", "type", "processing_status", "request_counts", "ended_at", "created_at", "expires_at", "archived_at", "cancel_initiated_at", "results_url",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_object_is_Anthropics_and_all_requests_are_processing_until_the_end()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement created = await AddAsync(gateway, 3);
        JsonElement counts = created.GetProperty("request_counts");

        Assert.Equal(s_fields, created.EnumerateObject().Select(field => field.Name));
        Assert.StartsWith("msgbatch_", created.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(("message_batch", "in_progress"), (created.GetProperty("type").GetString(), created.GetProperty("processing_status").GetString()));
        Assert.Equal(["processing", "succeeded", "errored", "canceled", "expired"], counts.EnumerateObject().Select(field => field.Name));
        Assert.Equal([3, 0, 0, 0, 0], counts.EnumerateObject().Select(field => field.Value.GetInt32()));
        Assert.Equal(TimeSpan.FromHours(24), created.GetProperty("expires_at").GetDateTimeOffset() - created.GetProperty("created_at").GetDateTimeOffset());
        Assert.All(["ended_at", "archived_at", "cancel_initiated_at", "results_url"], field => Assert.Equal(JsonValueKind.Null, created.GetProperty(field).ValueKind));
        Assert.Empty((await gateway.GetAsync("/v1/files")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task What_is_wrong_with_one_requests_params_is_its_own_result()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement created = await AddAsync(gateway, Request("lost", "no-such-model"), """{"custom_id":"streamed","params":{"model":"no-such-model","max_tokens":1,"stream":true}}""");
        JsonElement ended = await EndedAsync(gateway, created.GetProperty("id").GetString()!);
        Dictionary<string, JsonElement> rows = await ResultsAsync(gateway, ended);

        Assert.Equal([0, 0, 2, 0, 0], ended.GetProperty("request_counts").EnumerateObject().Select(field => field.Value.GetInt32()));
        Assert.Equal(["lost", "streamed"], rows.Keys.Order());
        JsonElement result = rows["lost"].GetProperty("result");
        Assert.Equal("errored", result.GetProperty("type").GetString());
        Assert.Equal("error", result.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("not_found_error", result.GetProperty("error").GetProperty("error").GetProperty("type").GetString());
        Assert.Contains("no-such-model", result.GetProperty("error").GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ended_batch_can_be_deleted_and_one_that_runs_cannot()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string id = (await AddAsync(gateway, Request("a", "no-such-model"))).GetProperty("id").GetString()!;
        JsonElement ended = await EndedAsync(gateway, id);
        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"{Root}/{id}", Token);
        using HttpResponseMessage again = await gateway.Http.DeleteAsync($"{Root}/{id}", Token);
        using HttpResponseMessage results = await gateway.Http.GetAsync(new Uri(ended.GetProperty("results_url").GetString()!), Token);

        Assert.Equal($$"""{"id":"{{id}}","type":"message_batch_deleted"}""", await deleted.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, results.StatusCode);
    }

    [Theory]
    [InlineData("""{"requests":[]}""", 400, "requests")]
    [InlineData("{}", 400, "requests")]
    [InlineData("[]", 400, "object")]
    [InlineData("""{"requests":{}}""", 400, "array")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}}],"model":"x"}""", 400, "model: extra inputs")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}""", 400, "requests.0")]
    [InlineData("""{"requests":[{"custom_id":"a b","params":{}}]}""", 400, "'a b'")]
    [InlineData("""{"requests":[{"custom_id":"","params":{}}]}""", 400, "custom_id")]
    [InlineData("""{"requests":[{"custom_id":"a"}]}""", 400, "params")]
    [InlineData("""{"requests":[{"custom_id":"a","params":[]}]}""", 400, "params")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{},"method":"POST"}]}""", 400, "method: extra inputs")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}}""", 400, "not valid JSON")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}}]}x""", 400, "not valid JSON")]
    public async Task A_body_that_makes_no_batch_is_refused_in_Anthropics_shape(string body, int status, string said)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage answer = await gateway.PostAsync(Root, body);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains(said, error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty((await gateway.GetAsync(Root)).GetProperty("data").EnumerateArray());
        Assert.Empty(gateway.Contents());
    }

    [Fact]
    public async Task Requests_are_taken_in_however_the_body_is_cut_and_laid_out()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string requests = string.Join(",\n  ", Enumerable.Range(0, 300).Select(i => Request($"r{i}", "no-such-model").Replace("\"content\":\"", $"\"content\":\"{new string('x', i * 40)}", StringComparison.Ordinal)));
        byte[] body = Encoding.UTF8.GetBytes($"{{ \"requests\" : [\n  {requests}\n] }}\n");
        using var content = new StreamContent(new TricklingStream(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using HttpResponseMessage answer = await gateway.Http.PostAsync(Root, content, Token);
        JsonElement ended = await EndedAsync(gateway, (await answer.ReadJsonAsync()).GetProperty("id").GetString()!);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"r{i}").Order(), (await ResultsAsync(gateway, ended)).Keys.Order());
    }

    [Fact]
    public async Task The_list_pages_in_both_directions()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        var made = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            made.Insert(0, (await AddAsync(gateway, 1)).GetProperty("id").GetString()!);
        }

        JsonElement first = await gateway.GetAsync($"{Root}?limit=2");
        JsonElement second = await gateway.GetAsync($"{Root}?limit=2&after_id={made[1]}");
        JsonElement back = await gateway.GetAsync($"{Root}?limit=2&before_id={made[4]}");
        JsonElement start = await gateway.GetAsync($"{Root}?limit=2&before_id={made[1]}");

        Assert.Equal(made[..2], Ids(first));
        Assert.Equal(made[2..4], Ids(second));
        Assert.Equal(made[2..4], Ids(back));
        Assert.Equal(made[..1], Ids(start));
        Assert.Equal([true, true, true, false], new[] { first, second, back, start }.Select(page => page.GetProperty("has_more").GetBoolean()));
        Assert.Equal((made[2], made[3]), (second.GetProperty("first_id").GetString(), second.GetProperty("last_id").GetString()));
    }

    private static string Request(string customId, string model = "gpt-4o-mini") =>
        $$$"""{"custom_id":"{{{customId}}}","params":{"model":"{{{model}}}","max_tokens":9,"messages":[{"role":"user","content":"{{{customId}}}"}]}}""";

    private static Task<JsonElement> AddAsync(TestGateway gateway, int count) => AddAsync(gateway, [.. Enumerable.Range(0, count).Select(i => Request($"r{i}"))]);

    private static async Task<JsonElement> AddAsync(TestGateway gateway, params string[] requests)
    {
        using HttpResponseMessage answer = await gateway.PostAsync(Root, $$"""{"requests":[{{string.Join(',', requests)}}]}""");
        return await answer.ReadJsonAsync();
    }

    private static async Task<JsonElement> EndedAsync(TestGateway gateway, string id)
    {
        JsonElement batch = default;
        await Prompts.EventuallyAsync(
            async () =>
            {
                batch = await gateway.GetAsync($"{Root}/{id}");
                return batch.GetProperty("processing_status").GetString() == "ended";
            },
            $"{id} has ended");
        return batch;
    }

    private static async Task<Dictionary<string, JsonElement>> ResultsAsync(TestGateway gateway, JsonElement batch) =>
        BatchClient.Parse(await gateway.Http.GetStringAsync(new Uri(batch.GetProperty("results_url").GetString()!), Token));

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("id").GetString()!);

    /// <summary>Gives its bytes in pieces of odd lengths.</summary>
    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1733)], cancellationToken);
    }
}
