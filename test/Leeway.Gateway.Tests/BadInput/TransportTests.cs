namespace Leeway.Gateway.Tests.BadInput;

/// <summary>HTTP that lies or is none, byte by byte.</summary>
[Collection(QuietCollection.Name)]
public sealed class TransportTests(QuietGateway quiet)
{
    private const string Chat = "/v1/chat/completions";
    private const string Deferred = "/by/6h/v1/chat/completions";
    private const string Body = """{"model":"gpt-4o-mini","messages":[]}""";

    [Theory]
    [InlineData(Chat, "Content-Length: 100", Body)]
    [InlineData(Deferred, "Content-Length: 100", Body)]
    [InlineData(Deferred, "Content-Length: 300000", Body)]
    [InlineData(Deferred, "Transfer-Encoding: chunked", "25\r\n" + Body)]
    [InlineData(Deferred, "Transfer-Encoding: chunked", "25\r\n" + Body + "\r\n")]
    public async Task A_caller_that_leaves_before_its_body_is_complete_has_asked_nothing(string path, string header, string sent)
    {
        string answer = await RawHttp.SendAsync(quiet.Gateway.Host.PublicUrl, RawHttp.Post(path, sent, header), leave: true);

        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 5", answer, StringComparison.Ordinal);
        await quiet.AssertUntouchedAsync();
    }

    [Fact]
    public async Task A_body_that_never_comes_is_given_up() =>
        await AssertRefusedAsync(RawHttp.Post(Deferred, "{", "Content-Length: 100"), "408 Request Timeout", "\"body_interrupted\"", "too slowly");

    [Fact]
    public async Task A_body_longer_than_its_Content_Length_is_read_to_that_length_only() =>
        await AssertRefusedAsync(RawHttp.Post(Deferred, Body, "Content-Length: 20"), "400 Bad Request", "\"invalid_json\"");

    [Theory]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 1e3")]
    [InlineData("Content-Length: 99999999999999999999999")]
    [InlineData("Content-Length: 37", "Content-Length: 36")]
    [InlineData("Content-Length: 37", "Bad Header: x")]
    [InlineData("Content-Length: 37", "X-Nul: a\0b")]
    [InlineData("Content-Length: 37", "Leeway-Deadline: \u00ff\u00fe")]
    [InlineData("Content-Length: 37", "Host: second")]
    public async Task Malformed_headers_are_refused(params string[] headers) => await AssertRefusedAsync(RawHttp.Post(Deferred, Body, headers), "400 Bad Request");

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-5\r\n{}\r\n0\r\n\r\n")]
    [InlineData("fffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}XX0\r\n\r\n")]
    public async Task A_malformed_chunk_is_refused(string chunks) =>
        await AssertRefusedAsync(RawHttp.Post(Deferred, chunks, "Transfer-Encoding: chunked"), "400 Bad Request", "\"malformed_request\"", "Nothing was sent or queued");

    [Fact]
    public async Task Two_idempotency_keys_are_refused() => await AssertRefusedAsync(
        RawHttp.Post(Deferred, Body, $"Content-Length: {Body.Length}", "Idempotency-Key: a", "Idempotency-Key: b"), "400 Bad Request", "\"invalid_idempotency_key\"", "2 values");

    [Fact]
    public async Task Two_deadlines_are_refused() => await AssertRefusedAsync(
        RawHttp.Post(Chat, Body, $"Content-Length: {Body.Length}", "Leeway-Deadline: 6h", "Leeway-Deadline: 7h"), "400 Bad Request", "\"invalid_deadline\"", "6h,7h");

    [Fact]
    public async Task A_header_of_a_megabyte_is_refused() => await AssertRefusedAsync(
        RawHttp.Post(Deferred, Body, $"Content-Length: {Body.Length}", $"Authorization: Bearer {new string('a', 1_000_000)}"), "431 Request Header Fields Too Large");

    [Theory]
    [InlineData("GET / HTTP/9.9\r\n\r\n", "HTTP/1.1 505")]
    [InlineData("hello\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("\u0016\u0003\u0001\0\0\0\0\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /leeway/requests/%00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400")]
    public async Task What_is_no_HTTP_is_refused(string text, string status)
    {
        string answer = await RawHttp.SendAsync(quiet.Gateway.Host.PublicUrl, QuietGateway.Utf8(text));

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        await quiet.AssertUntouchedAsync();
    }

    private async Task AssertRefusedAsync(byte[] request, string status, params string[] said)
    {
        string answer = await RawHttp.SendAsync(quiet.Gateway.Host.PublicUrl, request);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.All(said, part => Assert.Contains(part, answer, StringComparison.Ordinal));
        await quiet.AssertUntouchedAsync();
    }
}
