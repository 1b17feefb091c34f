namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Bodies and addresses that register no webhook endpoint.</summary>
[Collection(QuietCollection.Name)]
public sealed class WebhookTests(QuietGateway quiet)
{
    [Theory]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://localhost/hook")]
    [InlineData("https://10.0.0.1/hook")]
    [InlineData("https://192.168.1.1/hook")]
    [InlineData("https://172.16.0.1/hook")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://192.0.0.192/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("https://[fd00::1]/")]
    public async Task A_private_address_is_refused(string url) => await AssertRefusedAsync($$"""{"url":"{{url}}"}""", 400, "webhook_address_refused", "url", "is refused", "public host");

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("//example.com/hook")]
    [InlineData("http://example.com/hook")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com")]
    [InlineData("https://user:secret@example.com/hook")]
    [InlineData("https://example.com@127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://example.com:6379/")]
    [InlineData("https://example.com:0/")]
    [InlineData("https://example.com:65536/")]
    [InlineData("https://example.com/#hook")]
    [InlineData("https://ex ample.com/")]
    [InlineData("https://example.com\\\\evil")]
    public async Task An_address_that_is_no_plain_https_URL_is_refused(string url)
    {
        await AssertRefusedAsync($$"""{"url":"{{url}}"}""", 400, "webhook_url_invalid", "url", "is refused");
        using HttpResponseMessage answer = await PostAsync($$"""{"url":"{{url}}"}""");
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "body_missing", null, "empty")]
    [InlineData("nonsense", "invalid_json", null, "line 1, column 2")]
    [InlineData("{\"url\":\"https://example.com\"", "invalid_json", null, "line 1")]
    [InlineData("{\"url\":\"https://example.com\",\"url\":\"https://example.org\"}", "invalid_json", null, "twice")]
    [InlineData("[]", "body_not_an_object", null, "array []")]
    [InlineData("{}", "invalid_parameter", "url", "'url' is missing")]
    [InlineData("{\"url\":5}", "invalid_parameter", "url", "must be a string, not number 5")]
    [InlineData("{\"url\":null}", "invalid_parameter", "url", "must be a string")]
    [InlineData("{\"url\":[\"https://example.com\"]}", "invalid_parameter", "url", "must be a string")]
    [InlineData("{\"url\":\"https://example.com\",\"secret\":\"mine\"}", "invalid_parameter", "secret", "no member 'secret'")]
    [InlineData("{\"url\":\"https://example.com\",\"events\":\"batch.completed\"}", "invalid_parameter", "events", "must be a list")]
    [InlineData("{\"url\":\"https://example.com\",\"events\":[\"batch.done\"]}", "invalid_parameter", "events", "no event \"batch.done\"", "batch.completed")]
    [InlineData("{\"url\":\"\\ud800\"}", "invalid_encoding", "url", "surrogate")]
    [InlineData("{\"url\":[[[[[[[[]]]]]]]]}", "invalid_json", null, "line 1")]
    public async Task A_body_that_is_no_registration_is_refused(string body, string code, string? field, params string[] said) =>
        await AssertRefusedAsync(body, 400, code, field, said);

    [Fact]
    public async Task A_body_of_a_megabyte_is_refused() =>
        await AssertRefusedAsync($$"""{"url":"https://example.com/{{new string('x', 1_000_000)}}"}""", 413, "body_too_large", "body", "16384 bytes");

    [Fact]
    public async Task A_URL_of_ten_kilobytes_is_refused_and_shortened() =>
        await AssertRefusedAsync($$"""{"url":"https://example.com/{{new string('x', 10_000)}}"}""", 400, "webhook_url_invalid", "url", "10020 characters", "at most 2048");

    [Fact]
    public async Task A_form_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Post, "/admin/webhooks", "url=https://example.com"u8.ToArray(), "application/x-www-form-urlencoded", admin: true),
        415, "unsupported_media_type", "Content-Type", "application/x-www-form-urlencoded");

    private Task<HttpResponseMessage> PostAsync(string body) => quiet.SendAsync(HttpMethod.Post, "/admin/webhooks", QuietGateway.Utf8(body), admin: true);

    private async Task AssertRefusedAsync(string body, int status, string code, string? field, params string[] said) =>
        await quiet.AssertRefusedAsync(await PostAsync(body), status, code, field, said);
}
