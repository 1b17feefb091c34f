using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Quotes;

/// <summary>A deadline that no lane can be relied on to meet, of a request that pins none: the deployment's latest answers took longer than what is left.</summary>
public sealed class InfeasibleTests
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("offer", true)]
    [InlineData("reject", false)]
    public async Task It_is_refused_with_the_numbers_and_offers_its_alternative_where_that_is_configured(string rule, bool offers)
    {
        await using Slow slow = await Slow.StartAsync(rule);
        using HttpResponseMessage answer = await slow.Gateway.PostAsync("/v1/chat/completions", Prompts.Body("late"), ("Leeway-Deadline", "10s"), ("Prefer", "respond-async"));
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(("deadline_infeasible", "Leeway-Deadline"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        string message = error.GetProperty("message").GetString()!;
        Assert.Matches(@"^No lane can be relied on to finish by \S+: an answer of openai/gpt-4o-mini takes about 40(\.\d)? s in real time, as its latest did, and 0\.2 min are left\.", message);
        Assert.Equal(offers, System.Text.RegularExpressions.Regex.IsMatch(message, @"Options: a deadline from \S+Z on for about \$0\.\d+ \(real time\)"));
        Assert.Contains("Nothing was queued", message, StringComparison.Ordinal);
        Assert.Equal(1, slow.Calls);
    }

    [Fact]
    public async Task It_is_answered_at_once_where_that_is_configured()
    {
        await using Slow slow = await Slow.StartAsync("realtime");
        using HttpResponseMessage answer = await slow.Gateway.PostAsync("/v1/chat/completions", Prompts.Body("late"), ("Leeway-Deadline", "10s"), ("Prefer", "respond-async"));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        JsonElement shown = await slow.Gateway.ShowWhenAsync(JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!, "succeeded");
        Assert.Equal("realtime", shown.GetProperty("lane").GetString());
    }

    [Fact]
    public async Task A_quote_says_that_it_is_not_promised_and_is_no_refusal()
    {
        await using Slow slow = await Slow.StartAsync("offer");
        using HttpResponseMessage answer = await slow.Gateway.PostAsync("/leeway/quote", """{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","input_tokens":9,"output_tokens":9,"deadline":"10s"}""");
        JsonElement quote = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.False(quote.GetProperty("feasible").GetBoolean());
        Assert.Equal("measured", quote.GetProperty("lanes")[0].GetProperty("source").GetString());
        Assert.Equal(1, slow.Calls);
    }

    /// <summary>A gateway on a server that has answered once, in 40 s of the gateway's clock.</summary>
    private sealed class Slow(ScriptedProvider provider, TestGateway gateway) : IAsyncDisposable
    {
        public TestGateway Gateway => gateway;

        public int Calls => provider.Seen.Count;

        public static async Task<Slow> StartAsync(string rule)
        {
            var clock = new ForwardClock();
            ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) =>
            {
                clock.Forward(s_answer);
                return ScriptedProvider.SendAsync(context, """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Room."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""");
            });
            TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(kind: "container-instances") + $"\ndeadlines: {{ infeasible: {rule} }}\n", clock: clock);
            using HttpResponseMessage first = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("first"));
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);

            // Asleep again by the next call, which then waits as long as the first did.
            clock.Forward(TimeSpan.FromMinutes(6));
            return new Slow(provider, gateway);
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
