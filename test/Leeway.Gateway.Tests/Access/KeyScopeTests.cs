using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access;

/// <summary>What a key may ask for, and what its calls are when they say nothing.</summary>
public sealed class KeyScopeTests
{
    private const string Models = TestGateway.Eager + """

        models:
          gpt-4o: { deployments: [ { provider: openai } ] }
          gpt-4o-mini: { deployments: [ { provider: openai } ] }
          gpt-4.1: { deployments: [ { provider: openai } ] }
        """;

    [Theory]
    [InlineData("""["gpt-4o"]""", "gpt-4o", "200,403,403")]
    [InlineData("""["gpt-4o*"]""", "gpt-4o,gpt-4o-mini", "200,200,403")]
    [InlineData("""["gpt-4o-*","gpt-4.1"]""", "gpt-4.1,gpt-4o-mini", "403,200,200")]
    [InlineData("""["*"]""", "gpt-4.1,gpt-4o,gpt-4o-mini", "200,200,200")]
    [InlineData("[]", "gpt-4.1,gpt-4o,gpt-4o-mini", "200,200,200")]
    [InlineData("""["GPT-4O"]""", "", "403,403,403")]
    public async Task A_key_may_use_the_models_it_names(string models, string listed, string statuses)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Models);
        string key = (await gateway.MakeKeyAsync(more: $",\"models\":{models}")).Secret;
        JsonElement list = await gateway.AskAsync(key, HttpMethod.Get, "/v1/models");
        var got = new List<int>();
        foreach (string model in new[] { "gpt-4o", "gpt-4o-mini", "gpt-4.1" })
        {
            int status = await gateway.StatusAsync(key, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat.Replace("gpt-4o-mini", model, StringComparison.Ordinal));
            Assert.Equal(status, await gateway.StatusAsync(key, path: $"/v1/models/{model}"));
            got.Add(status);
        }

        Assert.Equal(listed, string.Join(',', list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).Order(StringComparer.Ordinal)));
        Assert.Equal(statuses, string.Join(',', got));
    }

    [Theory]
    [InlineData("gpt-4.1")]
    [InlineData("gpt-4.1@low")]
    [InlineData("no-such-model")]
    public async Task The_refusal_names_the_model_and_how_to_get_it_and_not_whether_it_exists(string model)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Models);
        MadeKey key = await gateway.MakeKeyAsync(more: ""","models":["gpt-4o","gpt-4o-mini"]""");
        JsonElement answer = await gateway.AskAsync(
            key.Secret, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat.Replace("gpt-4o-mini", model, StringComparison.Ordinal), ("Leeway-Deadline", model.Contains('@', StringComparison.Ordinal) ? "low" : "6h"));
        JsonElement error = answer.GetProperty("error");

        Assert.Equal("model_not_allowed", error.GetProperty("code").GetString());
        Assert.Equal("model", error.GetProperty("param").GetString());
        string message = error.GetProperty("message").GetString()!;
        Assert.Contains($"'{model.Split('@')[0]}'", message, StringComparison.Ordinal);
        Assert.Contains("gpt-4o, gpt-4o-mini", message, StringComparison.Ordinal);
        Assert.Contains("leeway keys create --model", message, StringComparison.Ordinal);
        Assert.Contains(key.Shown.GetProperty("hint").GetString()!, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_run_is_refused_like_a_call()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Models);
        string key = (await gateway.MakeKeyAsync(more: ""","models":["gpt-4o"]""")).Secret;
        string line = $$"""{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{{AccessBench.Chat}}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/leeway/runs/run_00000000000000000000000000000001/requests") { Content = new StringContent(line, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("\"model_not_allowed\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty((await gateway.AskAsync(key, HttpMethod.Get, "/leeway/requests")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("low", "low", 24)]
    [InlineData("standard", "standard", 1)]
    [InlineData("3h", "standard", 3)]
    public async Task The_keys_default_is_for_calls_that_say_nothing(string given, string priority, int hours)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string key = (await gateway.MakeKeyAsync(more: $",\"default\":\"{given}\"")).Secret;
        JsonElement silent = await gateway.AskAsync(key, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, ("Prefer", "respond-async"));
        using HttpResponseMessage urgent = await gateway.CallAsync(key, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, ("Leeway-Priority", "urgent"));

        Assert.Equal(priority, silent.GetProperty("priority").GetString());
        Assert.Equal(TimeSpan.FromHours(hours), silent.GetProperty("deadline").GetDateTimeOffset() - silent.GetProperty("created_at").GetDateTimeOffset());
        Assert.Equal("realtime", Assert.Single(urgent.Headers.GetValues("Leeway-Lane")));
    }

    [Fact]
    public async Task The_ledger_tells_keys_apart_by_id_also_after_a_rotation()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MadeKey one = await gateway.MakeKeyAsync();
        MadeKey two = await gateway.MakeKeyAsync();
        using HttpResponseMessage rotated = await gateway.AdminPostAsync($"/admin/keys/{one.Id}/rotate");
        string next = AccessBench.Json(await rotated.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("key").GetString()!;
        foreach (string secret in new[] { one.Secret, next, two.Secret })
        {
            Assert.Equal(200, await gateway.StatusAsync(secret, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat));
        }

        Assert.Equal($"{one.Id}=2,{two.Id}=1", await WhenAsync(gateway, 3));
    }

    [Fact]
    public async Task Refusals_on_Anthropics_paths_are_Anthropics()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Models);
        string key = (await gateway.MakeKeyAsync(more: ""","models":["gpt-4o"]""")).Secret;
        const string Body = """{"model":"gpt-4.1","max_tokens":10,"messages":[{"role":"user","content":"hello"}]}""";
        JsonElement nobody = await gateway.AskAsync(null, HttpMethod.Post, "/v1/messages", Body, ("x-api-key", "sk-ant-api03-AAAA"), ("anthropic-version", "2023-06-01"));
        JsonElement model = await gateway.AskAsync(null, HttpMethod.Post, "/v1/messages", Body, ("x-api-key", key), ("anthropic-version", "2023-06-01"));

        Assert.Equal("error", nobody.GetProperty("type").GetString());
        Assert.Equal("authentication_error", nobody.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("permission_error", model.GetProperty("error").GetProperty("type").GetString());
    }

    // Entries join the next group commit.
    private static async Task<string> WhenAsync(TestGateway gateway, int entries)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            JsonElement[] rows = [.. AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/cost?by=key", patience.Token)).GetProperty("data").EnumerateArray()];
            if (rows.Sum(row => row.GetProperty("entries").GetInt32()) >= entries)
            {
                return string.Join(',', rows.Select(row => $"{row.GetProperty("name").GetString()}={row.GetProperty("entries").GetInt32()}").Order(StringComparer.Ordinal));
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
