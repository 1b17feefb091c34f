using System.Text;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Bodies that are no request.</summary>
[Collection(QuietCollection.Name)]
public sealed class BodyTests(QuietGateway quiet)
{
    private const string Deferred = "/by/6h/v1/chat/completions";

    [Theory]
    [InlineData("", "body_missing", null, "empty", "'model'")]
    [InlineData(" ", "invalid_json", null, "not valid JSON", "line 1, column 2")]
    [InlineData("hello", "invalid_json", null, "'h'", "line 1, column 1")]
    [InlineData("model=gpt-4o-mini", "invalid_json", null, "'m'", "line 1, column 1")]
    [InlineData("{\"model\":\"gpt-4o-mini\",", "invalid_json", null, "line 1, column 2")]
    [InlineData("{\n  \"model\": \"gpt-4o-mini\",\n  \"messages\": [}\n}", "invalid_json", null, "'}'", "line 3, column 16")]
    [InlineData("{\"model\":\"gpt-4o-mini\"} x", "invalid_json", null, "'x'", "line 1, column 25")]
    [InlineData("{\"model\":\"gpt-4o-mini\"}{}", "invalid_json", null, "'{'", "line 1, column 24")]
    [InlineData("{'model':'gpt-4o-mini'}", "invalid_json", null, "'''", "line 1, column 2")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"temperature\":NaN}", "invalid_json", null, "'N'")]
    [InlineData("[]", "body_not_an_object", null, "must be a JSON object")]
    [InlineData("null", "body_not_an_object", null, "must be a JSON object")]
    [InlineData("\"gpt-4o-mini\"", "body_not_an_object", null, "must be a JSON object")]
    [InlineData("{}", "missing_model", "model", "'model'")]
    [InlineData("{\"model\":\"\"}", "missing_model", "model", "'model' is empty")]
    [InlineData("{\"Model\":\"gpt-4o-mini\"}", "missing_model", "model", "'model'")]
    [InlineData("{\"model\":null}", "invalid_type", "model", "'model' must be a string")]
    [InlineData("{\"model\":4}", "invalid_type", "model", "'model' must be a string", "line 1, column 10")]
    [InlineData("{\"model\":[\"gpt-4o-mini\"]}", "invalid_type", "model", "'model' must be a string")]
    [InlineData("{\"model\":\"\\ud800\"}", "invalid_type", "model", "surrogate")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"metadata\":{\"leeway_deadline\":6}}", "invalid_type", "metadata.leeway_deadline", "must be a string")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"model\":\"gpt-4o\"}", "duplicate_member", "model", "'model' occurs more than once", "column 24")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"mod\\u0065l\":\"gpt-4o\"}", "duplicate_member", "model", "'model' occurs more than once")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"messages\":[],\"messages\":[]}", "duplicate_member", "messages", "'messages'")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"api_base\":\"https://evil.example\"}", "forbidden_member", "api_base", "'api_base' is not allowed")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"base_url\":\"https://evil.example\"}", "forbidden_member", "base_url", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"api_key\":\"sk-stolen\"}", "forbidden_member", "api_key", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"headers\":{\"Authorization\":\"Bearer x\"}}", "forbidden_member", "headers", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"extra_headers\":{\"Authorization\":\"Bearer x\"}}", "forbidden_member", "extra_headers", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"extra_body\":{}}", "forbidden_member", "extra_body", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"organization\":\"org-1\"}", "forbidden_member", "organization", "Remove it")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"api\\u005fbase\":\"https://evil.example\"}", "forbidden_member", "api_base", "'api_base'")]
    public async Task A_body_that_is_no_request_is_refused_where_it_is_wrong(string body, string code, string? field, params string[] said)
    {
        foreach (string path in (string[])["/v1/chat/completions", "/v1/embeddings", Deferred])
        {
            await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Post, path, QuietGateway.Utf8(body)), 400, code, field, [.. said, "Nothing was sent or queued"]);
        }
    }

    [Fact]
    public async Task A_value_that_may_be_a_credential_is_not_repeated()
    {
        using HttpResponseMessage answer = await quiet.PostAsync("{\"model\":\"gpt-4o-mini\",\"api_key\":\"sk-stolen\"}");

        Assert.DoesNotContain("sk-stolen", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public async Task Nesting_ten_thousand_deep_is_refused_with_the_limit(string open, string close)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 10_000)) + "1" + string.Concat(Enumerable.Repeat(close, 10_000));

        await quiet.AssertRefusedAsync(await quiet.PostAsync($$"""{"model":"gpt-4o-mini","messages":{{deep}}}"""), 400, "nested_too_deep", null, "deeper than 64 levels", "line 1, column");
    }

    [Fact]
    public async Task A_byte_order_mark_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Post, Deferred, [0xEF, 0xBB, 0xBF, .. """{"model":"gpt-4o-mini"}"""u8]), 400, "invalid_encoding", null, "byte order mark", "line 1, column 1");

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused_where_they_stand() => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Post, Deferred, [.. """{"model":"gpt-4o-mini","user":"a"""u8, 0xC3, 0x28, .. "\"}"u8]), 400, "invalid_encoding", null, "not valid UTF-8", "line 1, column 33");

    [Fact]
    public async Task UTF16_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Post, Deferred, Encoding.Unicode.GetBytes("""{"model":"gpt-4o-mini"}"""), "application/json; charset=utf-16"), 400, "invalid_json", null, "line 1, column");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/json")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task A_body_that_does_not_say_it_is_JSON_is_refused(string? type) => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Post, Deferred, QuietGateway.Utf8("""{"model":"gpt-4o-mini","messages":[]}"""), type),
        415, "unsupported_media_type", "Content-Type", type ?? "no Content-Type", "Send Content-Type: application/json");

    [Fact]
    public async Task A_compressed_body_is_refused_by_name()
    {
        using var content = new ByteArrayContent([0x1F, 0x8B, 0x08]);
        content.Headers.Add("Content-Type", "application/json");
        content.Headers.Add("Content-Encoding", "gzip");

        await quiet.AssertRefusedAsync(
            await quiet.Gateway.Http.PostAsync(Deferred, content, TestContext.Current.CancellationToken), 415, "unsupported_media_type", "Content-Encoding", "gzip", "uncompressed");
    }

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData(Deferred, true)]
    [InlineData(Deferred, false)]
    public async Task A_body_over_the_limit_is_refused_whether_its_length_is_announced_or_not(string path, bool chunked)
    {
        byte[] body = QuietGateway.Utf8($$"""{"model":"gpt-4o-mini","user":"{{new string('x', 10_000_000)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.Add("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;

        await quiet.AssertRefusedAsync(
            await quiet.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken), 413, "body_too_large", "body", "10000000", "server.limits.body");
    }
}
