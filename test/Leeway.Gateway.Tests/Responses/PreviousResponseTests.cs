using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Tests.Responses;

/// <summary>Turns that go on from earlier ones: ids are ours on the way out, the provider's on the way in, and lead back to the provider that keeps them.</summary>
public sealed class PreviousResponseTests
{
    private const string First = """{"model":"gpt-4o-mini","input":"one"}""";

    [Fact]
    public async Task A_real_time_response_has_an_id_of_ours_and_the_next_turn_reaches_its_provider_with_theirs()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, body) => ScriptedProvider.SendAsync(
            context, body.Contains("two", StringComparison.Ordinal)
                ? Answers.Response("resp_second", "2").Replace("\"previous_response_id\":null", "\"previous_response_id\":\"resp_first\"", StringComparison.Ordinal)
                : Answers.Response("resp_first", "1")));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        JsonElement first = await PostAsync(gateway, First);
        string id = first.GetProperty("id").GetString()!;
        JsonElement second = await PostAsync(gateway, $$"""{"model":"gpt-4o-mini","input":"two","previous_response_id":"{{id}}"}""");

        Assert.StartsWith("resp_", id, StringComparison.Ordinal);
        Assert.DoesNotContain("resp_first", first.GetRawText() + second.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("resp_second", second.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(id, second.GetProperty("previous_response_id").GetString());
        Assert.Contains("\"previous_response_id\":\"resp_first\"", provider.Seen.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_is_the_same_in_every_event_of_a_stream_and_after_a_restart()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-test-").FullName;
        string text = string.Concat(new[] { "created", "in_progress", "completed" }.Select((name, at) =>
            $"event: response.{name}\ndata: {{\"type\":\"response.{name}\",\"sequence_number\":{at},\"response\":{Answers.Response("resp_first", "1").ReplaceLineEndings(" ").Trim()}}}\n\n"));
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(text);
        var ids = new HashSet<string?>();
        for (int run = 0; run < 2; run++)
        {
            await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(), folder: folder);
            using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", First[..^1] + ",\"stream\":true}");
            IReadOnlyList<SseEvent> events = await SseText.ReadAsync(answer);
            Assert.Equal(3, events.Count);
            Assert.All(events, one => ids.Add(one.Json.GetProperty("response").GetProperty("id").GetString()));
        }

        Assert.NotEqual("resp_first", Assert.Single(ids));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_the_provider_keeps_is_shown_listed_and_deleted_under_our_id()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) => ScriptedProvider.SendAsync(
            context,
            context.Request.Method == "DELETE" ? """{"id":"resp_first","object":"response","deleted":true}"""
                : context.Request.Path.Value!.EndsWith("/input_items", StringComparison.Ordinal) ? """{"object":"list","data":[],"has_more":false}"""
                : Answers.Response("resp_first", "1")));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        string id = (await PostAsync(gateway, First)).GetProperty("id").GetString()!;
        JsonElement shown = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}"));
        JsonElement listed = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}/input_items?limit=5"));
        JsonElement deleted = await JsonAsync(await gateway.Http.DeleteAsync($"/v1/responses/{id}"));

        Assert.Equal(id, shown.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Array, listed.GetProperty("data").ValueKind);
        Assert.Equal(id, deleted.GetProperty("id").GetString());
        Assert.Equal(
            ["POST /v1/responses", "GET /v1/responses/resp_first", "GET /v1/responses/resp_first/input_items?limit=5", "DELETE /v1/responses/resp_first"],
            provider.Seen.Select(call => call.Line));
        using HttpResponseMessage cancelled = await gateway.PostAsync($"/v1/responses/{id}/cancel", "");
        Assert.Equal("response_not_background", (await JsonAsync(cancelled)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_response_that_its_provider_has_lost_is_not_found()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) => context.Request.Method == "POST"
            ? ScriptedProvider.SendAsync(context, Answers.Response("resp_first", "1"))
            : ScriptedProvider.SendAsync(context, """{"error":{"message":"Response with id 'resp_first' not found.","type":"invalid_request_error","param":null,"code":null}}""", 404));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        string id = (await PostAsync(gateway, First)).GetProperty("id").GetString()!;
        using HttpResponseMessage answer = await gateway.Http.GetAsync($"/v1/responses/{id}");
        string text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("resp_first", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_background_response_goes_on_from_another_and_says_so_by_our_id()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, body) => ScriptedProvider.SendAsync(
            context, Answers.Response(body.Contains("two", StringComparison.Ordinal) ? "resp_second" : "resp_first", "x")));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        string first = await BackgroundAsync(gateway, """{"model":"gpt-4o-mini","input":"one","background":true}""");
        string second = await BackgroundAsync(gateway, $$"""{"model":"gpt-4o-mini","input":"two","background":true,"previous_response_id":"{{first}}"}""");
        JsonElement shown = await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{second}"));

        Assert.Equal(first, shown.GetProperty("previous_response_id").GetString());
        Assert.Contains("\"previous_response_id\":\"resp_first\"", provider.Seen.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_turn_goes_where_the_previous_response_is_kept_or_nowhere()
    {
        await using ScriptedProvider one = await ScriptedProvider.StartAsync(Answers.Response("resp_one", "1"));
        await using ScriptedProvider two = await ScriptedProvider.StartAsync(Answers.Response("resp_two", "2"));
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, api_key: "sk-1", base_url: "{{one.Url}}" }
              two: { kind: openai, api_key: "sk-2", base_url: "{{two.Url}}" }
            models:
              gpt-4o-mini: { deployments: [ { provider: one }, { provider: two } ] }
              gpt-4o: { deployments: [ { provider: two } ] }
            """);
        string id = (await PostAsync(gateway, """{"model":"gpt-4o","input":"x"}""")).GetProperty("id").GetString()!;
        await PostAsync(gateway, $$"""{"model":"gpt-4o-mini","input":"y","previous_response_id":"{{id}}"}""");
        string atOne = (await PostAsync(gateway, First)).GetProperty("id").GetString()!;
        using HttpResponseMessage elsewhere = await gateway.PostAsync("/v1/responses", $$"""{"model":"gpt-4o","input":"z","previous_response_id":"{{atOne}}"}""");

        Assert.Equal(2, two.Seen.Count);
        Assert.Single(one.Seen);
        Assert.Equal("previous_response_elsewhere", (await JsonAsync(elsewhere)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_response_that_waits_has_nothing_to_go_on_from()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement queued = await PostAsync(gateway, """{"model":"gpt-4o-mini","input":"x","background":true}""");
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", $$"""{"model":"gpt-4o-mini","input":"y","previous_response_id":"{{queued.GetProperty("id").GetString()}}"}""");

        Assert.Equal("previous_response_unanswered", (await JsonAsync(answer)).GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("resp_foreign")]
    [InlineData("resp_00000000000070008000000000000000")]
    [InlineData("resp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    public async Task An_id_that_is_not_ours_is_refused_before_anything_is_sent(string id)
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(Answers.Response("resp_first", "1"));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        foreach (string background in (string[])["false", "true"])
        {
            using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", $$"""{"model":"gpt-4o-mini","input":"x","background":{{background}},"previous_response_id":"{{id}}"}""");
            JsonElement error = (await JsonAsync(answer)).GetProperty("error");

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("previous_response_not_found", error.GetProperty("code").GetString());
            Assert.Equal("previous_response_id", error.GetProperty("param").GetString());
        }

        Assert.Empty(provider.Seen);
    }

    private static async Task<string> BackgroundAsync(TestGateway gateway, string body)
    {
        string id = (await PostAsync(gateway, body)).GetProperty("id").GetString()!;
        await Sdk.Prompts.EventuallyAsync(
            async () => (await JsonAsync(await gateway.Http.GetAsync($"/v1/responses/{id}"))).GetProperty("status").GetString() == "completed", $"{id} is completed");
        return id;
    }

    private static async Task<JsonElement> PostAsync(TestGateway gateway, string body)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", body);
        JsonElement json = await JsonAsync(answer);
        Assert.True(answer.IsSuccessStatusCode, json.GetRawText());
        return json;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
