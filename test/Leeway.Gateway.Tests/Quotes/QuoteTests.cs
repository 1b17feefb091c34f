using System.Globalization;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Quotes;

/// <summary>What a quote says, and that asking for one changes nothing.</summary>
public sealed class QuoteTests
{
    private const string Messages = """[{"role":"user","content":"Say hello"}]""";

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o-mini","max_tokens":200,"messages":[{"role":"user","content":"Say hello"}]}""")]
    [InlineData("/v1/messages", """{"model":"gpt-4o-mini","max_tokens":200,"messages":[{"role":"user","content":"Say hello"}]}""")]
    public async Task A_request_that_can_wait_is_quoted_by_batch_at_half_the_price_with_a_rescue_before_its_deadline(string endpoint, string body)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement quote = await QuoteAsync(gateway, $$"""{"endpoint":"{{endpoint}}","body":{{body}},"deadline":"6h"}""");

        Assert.Equal(("leeway.quote", "batch", true), (quote.GetProperty("object").GetString(), quote.GetProperty("lane").GetString(), quote.GetProperty("feasible").GetBoolean()));
        Assert.Equal(200, quote.GetProperty("output_tokens").GetInt32());
        JsonElement batch = quote.GetProperty("lanes")[0];
        Assert.True(batch.GetProperty("chosen").GetBoolean());
        Assert.Equal(2 * Money(batch, "cost_usd"), Money(batch, "list_cost_usd"));
        JsonElement realTime = Lane(quote, "realtime");
        Assert.Equal(Money(batch, "list_cost_usd"), Money(realTime, "cost_usd"));
        Assert.False(realTime.GetProperty("chosen").GetBoolean());
        Assert.Contains("rescue", realTime.GetProperty("because").GetString(), StringComparison.Ordinal);
        JsonElement guarantee = quote.GetProperty("guarantee");
        Assert.Equal("realtime", guarantee.GetProperty("lane").GetString());
        DateTimeOffset at = guarantee.GetProperty("at").GetDateTimeOffset();
        Assert.InRange(quote.GetProperty("deadline").GetDateTimeOffset() - at, TimeSpan.FromSeconds(1), TimeSpan.FromHours(5.9));
        Assert.Contains("if the batch is not back", guarantee.GetProperty("text").GetString(), StringComparison.Ordinal);
        await AssertNothingHappenedAsync(gateway);
    }

    [Fact]
    public async Task A_size_is_quoted_as_the_body_of_that_size_would_be()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement quote = await QuoteAsync(gateway, """{"endpoint":"/by/6h/v1/chat/completions","model":"gpt-4o-mini","input_tokens":1000000,"output_tokens":1000000}""");

        Assert.Equal((1_000_000, 1_000_000), (quote.GetProperty("input_tokens").GetInt32(), quote.GetProperty("output_tokens").GetInt32()));
        Assert.Equal(0.75m, Money(Lane(quote, "realtime"), "cost_usd"));
        Assert.Equal(0.375m, Money(Lane(quote, "batch"), "cost_usd"));
        Assert.InRange((quote.GetProperty("deadline").GetDateTimeOffset() - quote.GetProperty("quoted_at").GetDateTimeOffset()).TotalHours, 5.999, 6.001);
    }

    [Fact]
    public async Task A_request_that_says_nothing_is_quoted_in_real_time_and_told_why_it_is_not_cheaper()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement quote = await QuoteAsync(gateway, $$$"""{"endpoint":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":{{{Messages}}}}}""");

        Assert.Equal(("realtime", "urgent"), (quote.GetProperty("lane").GetString(), quote.GetProperty("priority").GetString()));
        JsonElement batch = Lane(quote, "batch");
        Assert.False(batch.GetProperty("available").GetBoolean());
        Assert.Contains("cannot wait", batch.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, quote.GetProperty("guarantee").GetProperty("at").ValueKind);
    }

    [Fact]
    public async Task The_signals_of_headers_count_and_members_stand_above_them()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string plain = $$$"""{"endpoint":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":{{{Messages}}}}}""";

        Assert.Equal("low", (await QuoteAsync(gateway, plain, ("Leeway-Priority", "low"))).GetProperty("priority").GetString());
        JsonElement quote = await QuoteAsync(gateway, plain[..^1] + ""","deadline":"2h"}""", ("Leeway-Deadline", "3h"));
        Assert.InRange((quote.GetProperty("deadline").GetDateTimeOffset() - quote.GetProperty("quoted_at").GetDateTimeOffset()).TotalHours, 1.999, 2.001);
    }

    [Fact]
    public async Task A_price_that_is_unknown_is_null_and_not_zero()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            models: { odd: { deployments: [ { provider: openai, model: odd-1 } ], price: { input: "1", output: "2" } } }
            """);
        JsonElement quote = await QuoteAsync(gateway, """{"endpoint":"/v1/chat/completions","model":"odd","input_tokens":1000,"output_tokens":10,"deadline":"6h"}""");

        JsonElement flex = Lane(quote, "flex");
        Assert.Equal(JsonValueKind.Null, flex.GetProperty("cost_usd").ValueKind);
        Assert.Equal(0.00102m, Money(flex, "list_cost_usd"));
        Assert.Equal(0.00102m, Money(Lane(quote, "realtime"), "cost_usd"));
    }

    [Fact]
    public async Task A_vendor_without_batches_is_quoted_in_real_time_and_the_reason_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            providers: { local: { kind: openai-compatible, base_url: "{sandbox}" } }
            models: { gpt-4o-mini: { deployments: [ { provider: local } ] } }
            """);
        JsonElement quote = await QuoteAsync(gateway, """{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","input_tokens":10,"output_tokens":10,"deadline":"6h"}""");

        Assert.Equal("realtime", quote.GetProperty("lane").GetString());
        Assert.Contains("batch.enabled", Lane(quote, "batch").GetProperty("because").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_too_near_for_the_pinned_lane_is_quoted_as_not_feasible()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement quote = await QuoteAsync(gateway, """{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","input_tokens":10,"output_tokens":10,"deadline":"5m","lane":"batch"}""");

        Assert.False(quote.GetProperty("feasible").GetBoolean());
        JsonElement batch = Lane(quote, "batch");
        Assert.True(batch.GetProperty("expected_finish").GetDateTimeOffset() > quote.GetProperty("deadline").GetDateTimeOffset());
        Assert.Equal("assumed", batch.GetProperty("source").GetString());
        await AssertNothingHappenedAsync(gateway);
    }

    private static async Task<JsonElement> QuoteAsync(TestGateway gateway, string asked, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/leeway/quote", asked, headers);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static JsonElement Lane(JsonElement quote, string lane) => quote.GetProperty("lanes").EnumerateArray()
        .Single(one => one.GetProperty("lane").GetString() == lane && one.GetProperty("service_tier").ValueKind == JsonValueKind.Null);

    private static decimal Money(JsonElement of, string member) => decimal.Parse(of.GetProperty(member).GetString()!, CultureInfo.InvariantCulture);

    private static async Task AssertNothingHappenedAsync(TestGateway gateway)
    {
        string requests = await gateway.Http.GetStringAsync("/leeway/requests", TestContext.Current.CancellationToken);
        Assert.Empty(JsonDocument.Parse(requests).RootElement.GetProperty("data").EnumerateArray());
        string queue = await gateway.Admin.GetStringAsync("/admin/queue", TestContext.Current.CancellationToken);
        Assert.Equal(0, JsonDocument.Parse(queue).RootElement.GetProperty("open").GetInt32());
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync()).Requests);
    }
}
