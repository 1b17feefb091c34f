using System.Text;

namespace Leeway.Tests.Adapters;

public sealed class ErrorAnswerTests
{
    [Theory]
    [InlineData(400, "invalid_request_error", "context_length_exceeded", ProviderErrorKind.InvalidRequest)]
    [InlineData(401, "invalid_request_error", "invalid_api_key", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(403, "invalid_request_error", "unsupported_country_region_territory", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(403, "invalid_request_error", "model_not_found", ProviderErrorKind.NotFound)]
    [InlineData(404, "invalid_request_error", "model_not_found", ProviderErrorKind.NotFound)]
    [InlineData(408, "server_error", null, ProviderErrorKind.ServerError)]
    [InlineData(409, "conflict", null, ProviderErrorKind.ServerError)]
    [InlineData(413, "invalid_request_error", null, ProviderErrorKind.InvalidRequest)]
    [InlineData(422, "invalid_request_error", null, ProviderErrorKind.InvalidRequest)]
    [InlineData(429, "requests", "rate_limit_exceeded", ProviderErrorKind.RateLimited)]
    [InlineData(429, "tokens", "rate_limit_exceeded", ProviderErrorKind.RateLimited)]
    [InlineData(429, "insufficient_quota", "insufficient_quota", ProviderErrorKind.QuotaExhausted)]
    [InlineData(429, "insufficient_quota", "credit_balance_exhausted", ProviderErrorKind.QuotaExhausted)]
    [InlineData(429, null, "insufficient_quota", ProviderErrorKind.QuotaExhausted)]
    [InlineData(429, null, "resource_unavailable", ProviderErrorKind.Overloaded)]
    [InlineData(500, "server_error", null, ProviderErrorKind.ServerError)]
    [InlineData(502, "server_error", null, ProviderErrorKind.ServerError)]
    [InlineData(503, "overloaded", null, ProviderErrorKind.Overloaded)]
    [InlineData(504, "server_error", null, ProviderErrorKind.ServerError)]
    [InlineData(529, "overloaded", null, ProviderErrorKind.Overloaded)]
    public async Task Each_row_of_the_error_table_has_its_kind(int status, string? type, string? code, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        string body = $$$"""{"error":{"message":"no","type":{{{Json(type)}}},"param":null,"code":{{{Json(code)}}}}}""";
        bench.Server.Then(status, body);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(kind, answer.Error!.Kind);
        Assert.Equal(status, answer.Error.StatusCode);
        Assert.Equal(code ?? type, answer.Error.ProviderCode);
        Assert.Equal("no", answer.Error.Message);
        Assert.Equal(body, Encoding.UTF8.GetString(answer.Error.Body.Span));
        Assert.Null(answer.Body);
    }

    [Theory]
    [InlineData("""{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}""", "too long", "400", false)]
    [InlineData("""{"error":{"message":"too long","type":"BadRequestError","param":null,"code":400}}""", "too long", "400", true)]
    [InlineData("""{"error":"too long"}""", "too long", null, false)]
    [InlineData("""{"detail":"too long"}""", "too long", null, false)]
    [InlineData("""{"detail":[{"loc":["body"]}]}""", "Deployment 'openai-compatible/gpt-4o' answered 400.", null, false)]
    [InlineData("Bad Request", "Deployment 'openai-compatible/gpt-4o' answered 400.", null, false)]
    [InlineData("", "Deployment 'openai-compatible/gpt-4o' answered 400.", null, false)]
    [InlineData("""{"error":{"message":"\ud800"}}""", "Deployment 'openai-compatible/gpt-4o' answered 400.", null, false)]
    [InlineData("[1]", "Deployment 'openai-compatible/gpt-4o' answered 400.", null, false)]
    public async Task Errors_of_self_hosted_servers_are_understood(string body, string message, string? code, bool kept)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Server.Then(400, body);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(ProviderErrorKind.InvalidRequest, answer.Error!.Kind);
        Assert.Equal(message, answer.Error.Message);
        Assert.Equal(code, answer.Error.ProviderCode);
        Assert.Equal(kept ? body : "", Encoding.UTF8.GetString(answer.Error.Body.Span));
    }

    [Theory]
    [InlineData("Retry-After", "20", 20.0)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("Retry-After", "Mon, 23 Nov 2026 12:00:30 GMT", 30.0)]
    [InlineData("Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT", 0.0)]
    [InlineData("Retry-After", "1e300", 604800.0)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("Retry-After", "NaN", null)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("retry-after-ms", "250", 0.25)]
    public async Task The_provider_s_wish_to_wait_is_read_in_all_its_forms(string header, string value, double? seconds)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(429, """{"error":{"message":"slow","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", headers: (header, value));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(seconds, answer.Error!.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Milliseconds_win_over_seconds()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(429, "", headers: [("Retry-After", "1"), ("retry-after-ms", "400")]);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(TimeSpan.FromMilliseconds(400), answer.Error!.RetryAfter);
    }

    [Fact]
    public async Task An_error_that_repeats_our_key_is_not_passed_on()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(401, """{"error":{"message":"bad key sk-test","type":"x","param":null,"code":null}}""");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal("bad key ***", answer.Error!.Message);
        Assert.True(answer.Error.Body.IsEmpty);
    }

    [Fact]
    public async Task An_endless_error_is_read_up_to_its_limit()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(async context =>
        {
            context.Response.StatusCode = 500;
            byte[] block = new byte[65536];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(ProviderErrorKind.ServerError, answer.Error!.Kind);
    }

    private static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
}
