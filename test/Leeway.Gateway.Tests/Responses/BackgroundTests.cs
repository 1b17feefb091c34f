using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Tests.Responses;

/// <summary>Responses in the background: created, looked at, streamed, cancelled and deleted, by ids that are ours.</summary>
public sealed class BackgroundTests
{
    private const string Body = """{"model":"gpt-4o-mini","input":"What is leeway?","background":true,"instructions":"be short","metadata":{"team":"blue","leeway_deadline":"6h"}}""";

    [Fact]
    public async Task A_background_call_is_answered_at_once_and_its_result_is_fetched_under_our_id()
    {
        var release = new TaskCompletionSource();
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(async (context, _) =>
        {
            await release.Task;
            await ScriptedProvider.SendAsync(context, Answers.Response("resp_theirs", "Room to move."));
        });
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        using HttpResponseMessage created = await gateway.PostAsync("/v1/responses", Body);
        JsonElement queued = await JsonAsync(created);

        Assert.Equal(HttpStatusCode.OK, created.StatusCode);
        Assert.Equal("response", queued.GetProperty("object").GetString());
        Assert.Contains(queued.GetProperty("status").GetString(), (string[])["queued", "in_progress"]);
        Assert.True(queued.GetProperty("background").GetBoolean());
        Assert.Equal("be short", queued.GetProperty("instructions").GetString());
        string id = queued.GetProperty("id").GetString()!;
        Assert.Matches("^resp_[0-9a-f]{32}$", id);

        release.SetResult();
        JsonElement done = await WhenAsync(gateway, id, "completed");
        Assert.Equal(id, done.GetProperty("id").GetString());
        Assert.Equal("Room to move.", done.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(7, done.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.Equal("blue", done.GetProperty("metadata").GetProperty("team").GetString());
        Assert.True(done.GetProperty("background").GetBoolean());
        Assert.DoesNotContain("resp_theirs", done.GetRawText(), StringComparison.Ordinal);

        string sent = Assert.Single(provider.Seen).Body;
        Assert.DoesNotContain("background", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("leeway_", sent, StringComparison.Ordinal);
        Assert.Contains("\"team\":\"blue\"", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_goes_on_behind_the_last_event_seen_even_after_a_restart()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-test-").FullName;
        var release = new TaskCompletionSource();
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(async (context, _) =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            await ScriptedProvider.SendAsync(context, Answers.Response("resp_theirs", "Room to move."));
        });
        string id;
        var seen = new List<SseEvent>();
        await using (TestGateway first = await TestGateway.StartAsync(provider.Yaml(), folder: folder))
        {
            Task<HttpResponseMessage> posting = first.PostAsync("/v1/responses", Body[..^1] + ",\"stream\":true}");
            using HttpResponseMessage answer = await posting;
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            while (seen.Count < 2)
            {
                string name = (await reader.ReadLineAsync())!;
                if (name.StartsWith("event: ", StringComparison.Ordinal))
                {
                    seen.Add(new SseEvent(name["event: ".Length..], (await reader.ReadLineAsync())!["data: ".Length..]));
                }
            }

            Assert.Equal(["response.created", "response.queued"], seen.Select(one => one.Name));
            Assert.Equal("queued", seen[0].Json.GetProperty("response").GetProperty("status").GetString());
            id = seen[0].Json.GetProperty("response").GetProperty("id").GetString()!;
        }

        release.SetResult();
        await using (TestGateway second = await TestGateway.StartAsync(provider.Yaml(), folder: folder))
        {
            using HttpResponseMessage resumed = await second.Http.GetAsync($"/v1/responses/{id}?stream=true&starting_after={seen[^1].Number}", HttpCompletionOption.ResponseHeadersRead);
            seen.AddRange(await SseText.ReadAsync(resumed));

            Assert.Equal(Enumerable.Range(0, seen.Count), seen.Select(one => one.Number));
            Assert.All(seen, one => Assert.Equal(one.Name, one.Type));
            Assert.Equal(
                [
                    "response.created", "response.queued", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                    "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
                ],
                seen.Select(one => one.Name));
            Assert.Equal(id, seen[^1].Json.GetProperty("response").GetProperty("id").GetString());

            // All of it once more, and its end alone: the numbers are the same.
            using HttpResponseMessage again = await second.Http.GetAsync($"/v1/responses/{id}?stream=true");
            IReadOnlyList<SseEvent> whole = await SseText.ReadAsync(again);
            Assert.Equal(seen.Select(one => (one.Name, one.Number)), whole.Select(one => (one.Name, one.Number)));
            using HttpResponseMessage end = await second.Http.GetAsync($"/v1/responses/{id}?stream=true&starting_after=8");
            Assert.Equal(["response.completed"], (await SseText.ReadAsync(end)).Select(one => one.Name));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_cancelled_response_says_so_and_cancelling_it_again_changes_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await CreateAsync(gateway);
        using HttpResponseMessage first = await gateway.PostAsync($"/v1/responses/{id}/cancel", "");
        using HttpResponseMessage second = await gateway.PostAsync($"/v1/responses/{id}/cancel", "");

        Assert.Equal("cancelled", (await JsonAsync(first)).GetProperty("status").GetString());
        Assert.Equal("cancelled", (await JsonAsync(second)).GetProperty("status").GetString());
        Assert.Equal("cancelled", (await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_deleted_response_is_gone_with_its_content_and_its_request_is_withdrawn()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await CreateAsync(gateway);
        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"/v1/responses/{id}");
        JsonElement answer = await JsonAsync(deleted);

        Assert.True(answer.GetProperty("deleted").GetBoolean());
        Assert.Equal(id, answer.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync($"/v1/responses/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync($"/v1/responses/{id}/input_items")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.DeleteAsync($"/v1/responses/{id}")).StatusCode);
        JsonElement request = await JsonAsync(await gateway.Http.GetAsync($"/leeway/requests/req_{id["resp_".Length..]}"));
        Assert.Equal("cancelled", request.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, request.GetProperty("response").ValueKind);
    }

    [Fact]
    public async Task The_input_is_listed_as_items_in_either_order_and_by_pages()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await CreateAsync(gateway, """
            {"model":"gpt-4o-mini","background":true,"input":[{"role":"user","content":"one"},{"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"three","annotations":[]}]}]}
            """);
        JsonElement page = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}/input_items?order=asc&limit=2"));
        JsonElement[] items = [.. page.GetProperty("data").EnumerateArray()];

        Assert.Equal(["message", "function_call"], items.Select(item => item.GetProperty("type").GetString()));
        Assert.Equal("one", items[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("fc_1", page.GetProperty("last_id").GetString());
        Assert.True(page.GetProperty("has_more").GetBoolean());
        JsonElement rest = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}/input_items?order=asc&after=fc_1"));
        Assert.Equal("three", Assert.Single(rest.GetProperty("data").EnumerateArray()).GetProperty("content")[0].GetProperty("text").GetString());
        JsonElement latest = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}/input_items"));
        Assert.Equal("assistant", latest.GetProperty("data")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_refusal_of_the_provider_is_a_failed_response_with_its_words()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) => ScriptedProvider.SendAsync(
            context, """{"error":{"message":"no such tool","type":"invalid_request_error","param":"tools","code":"invalid_value"}}""", status: 400));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        string id = await CreateAsync(gateway);
        JsonElement failed = await WhenAsync(gateway, id, "failed");

        Assert.Equal("invalid_prompt", failed.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("no such tool", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        IReadOnlyList<SseEvent> stream = await SseText.ReadAsync(await gateway.Http.GetAsync($"/v1/responses/{id}?stream=true"));
        Assert.Equal(["response.created", "response.queued", "response.in_progress", "response.failed"], stream.Select(one => one.Name));
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","input":"x","background":true,"store":false}""", HttpStatusCode.BadRequest, "background_needs_store")]
    [InlineData("""{"model":"gpt-4o-mini","input":"x","conversation":"conv_1"}""", HttpStatusCode.NotFound, "not_found")]
    public async Task What_cannot_be_kept_is_refused_by_name(string body, HttpStatusCode status, string code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", body);
        JsonElement error = (await JsonAsync(answer)).GetProperty("error");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("GET", "resp_00000000000070008000000000000000")]
    [InlineData("GET", "resp_theirs")]
    [InlineData("GET", "req_00000000000070008000000000000000")]
    [InlineData("DELETE", "resp_00000000000070008000000000000000")]
    [InlineData("POST", "resp_00000000000070008000000000000000/cancel")]
    [InlineData("GET", "resp_00000000000070008000000000000000/input_items")]
    public async Task An_unknown_id_is_not_found(string method, string path)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/responses/{path}");
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("not_found", (await JsonAsync(answer)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_of_another_endpoint_is_no_response()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage accepted = await gateway.PostAsync("/v1/chat/completions", Sdk.Prompts.Body("chat"), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        string id = (await JsonAsync(accepted)).GetProperty("id").GetString()!;

        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync($"/v1/responses/resp_{id["req_".Length..]}")).StatusCode);
    }

    [Fact]
    public async Task A_client_with_a_deadline_in_its_base_finds_its_responses_there()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage created = await gateway.PostAsync("/by/6h/v1/responses", Body);
        string id = (await JsonAsync(created)).GetProperty("id").GetString()!;

        Assert.Equal("queued", (await JsonAsync(await gateway.Http.GetAsync($"/by/6h/v1/responses/{id}"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_urgent_background_call_is_answered_at_once_too_and_runs_now()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(Answers.Response("resp_theirs", "now"));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        using HttpResponseMessage created = await gateway.PostAsync("/v1/responses", """{"model":"gpt-4o-mini","input":"x","background":true}""", ("Leeway-Priority", "urgent"));
        JsonElement done = await WhenAsync(gateway, (await JsonAsync(created)).GetProperty("id").GetString()!, "completed");

        Assert.Equal("now", done.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    private static async Task<string> CreateAsync(TestGateway gateway, string body = Body)
    {
        using HttpResponseMessage created = await gateway.PostAsync("/v1/responses", body);
        JsonElement json = await JsonAsync(created);
        Assert.True(created.IsSuccessStatusCode, json.GetRawText());
        return json.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> WhenAsync(TestGateway gateway, string id, string status)
    {
        while (true)
        {
            JsonElement response = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}", TestContext.Current.CancellationToken));
            string? now = response.GetProperty("status").GetString();
            if (now == status)
            {
                return response;
            }

            Assert.True(now is "queued" or "in_progress", response.GetRawText());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
