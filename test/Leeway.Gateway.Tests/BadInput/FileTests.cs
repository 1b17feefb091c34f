using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Hostile uploads: each is told what is wrong, and leaves nothing.</summary>
public sealed class FileTests : IAsyncLifetime
{
    private const string Head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n";
    private const string Purpose = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n";

    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("application/json", """{"files":{"file":{"filepath":"/etc/passwd"}},"purpose":"batch"}""", 415, "unsupported_media_type")]
    [InlineData("application/x-www-form-urlencoded", "purpose=batch&file=/etc/passwd", 415, "unsupported_media_type")]
    [InlineData("multipart/mixed; boundary=b", Purpose + Head + "x\r\n--b--", 415, "unsupported_media_type")]
    [InlineData(null, "x", 415, "unsupported_media_type")]
    [InlineData("multipart/form-data", Purpose + Head + "x\r\n--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=\"\"", Purpose + Head + "x\r\n--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "no part at all", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Purpose + "--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Head + "x\r\n--b--", 400, "invalid_parameter")]
    [InlineData("multipart/form-data; boundary=b", Purpose + Head + "x", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Purpose + Head + "x\r\n--b", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Purpose + Head + "x\r\n" + Head + "y\r\n--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Purpose + "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n/etc/passwd\r\n--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", Purpose + "--b\r\n\r\nx\r\n--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ntheft\r\n" + Head + "x\r\n--b--", 400, "invalid_parameter")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch_output\r\n" + Head + "x\r\n--b--", 400, "invalid_parameter")]
    public async Task A_body_that_is_no_upload_is_refused(string? type, string body, int status, string code)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        await AssertRefusedAsync(content, status, code);
    }

    [Theory]
    [InlineData("created_at", "1")]
    [InlineData("created_at", "-3600")]
    [InlineData("created_at", "1e9")]
    [InlineData("created_at", "99999999999999999999")]
    [InlineData("last_active_at", "7200")]
    [InlineData("", "7200")]
    public async Task A_lifetime_out_of_bounds_is_refused(string anchor, string seconds)
    {
        using HttpResponseMessage answer = await _gateway.UploadAsync("x"u8.ToArray(), "user_data", "x", ("expires_after[anchor]", anchor), ("expires_after[seconds]", seconds));
        Refusal refusal = Refusal.Read(answer, await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal("invalid_parameter", refusal.Code);
        Assert.StartsWith("expires_after.", refusal.Field, StringComparison.Ordinal);
        await AssertNothingAsync();
    }

    [Fact]
    public async Task A_boundary_beyond_70_characters_is_refused_before_it_is_looked_for()
    {
        string boundary = new('b', 20_000);
        var content = new StringContent($"--{boundary}\r\n\r\n--{boundary}--");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        await AssertRefusedAsync(content, 400, "invalid_multipart");
    }

    [Fact]
    public async Task A_hundred_thousand_parts_are_refused_at_the_first_too_many()
    {
        string parts = string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n", 100_000));
        var content = new StringContent(parts + Head + "x\r\n--b--");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        await AssertRefusedAsync(content, 400, "invalid_multipart");
    }

    [Theory]
    [InlineData(5000, "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n{0}")]
    [InlineData(20_000, "X-Header: {0}\r\n\r\nx")]
    public async Task A_field_or_a_header_without_end_is_refused(int length, string part)
    {
        var content = new StringContent($"--b\r\n{string.Format(System.Globalization.CultureInfo.InvariantCulture, part, new string('x', length))}\r\n{Head}x\r\n--b--");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        await AssertRefusedAsync(content, 400, "invalid_multipart");
    }

    [Theory]
    [InlineData("../../etc/cron.d/x", "x")]
    [InlineData("..\\\\..\\\\x", "x")]
    [InlineData("/", "upload")]
    [InlineData("..", "upload")]
    [InlineData("CON", "CON")]
    [InlineData("<img onerror=alert(1)>", "<img onerror=alert(1)>")]
    [InlineData("Прайс 😀.jsonl", "Прайс 😀.jsonl")]
    [InlineData("a\u0001b", "a\uFFFDb")]
    public async Task A_name_is_shown_and_is_never_a_path(string name, string shown)
    {
        // By hand: no client would send these.
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Purpose + Head.Replace("in.jsonl", name, StringComparison.Ordinal) + "x\r\n--b--"));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        using HttpResponseMessage answer = await _gateway.Http.PostAsync("/v1/files", content, Token);
        JsonElement file = await answer.ReadJsonAsync();

        Assert.Equal(shown, file.GetProperty("filename").GetString());
        Assert.Equal([file.GetProperty("id").GetString()!["file-".Length..]], _gateway.Contents());
        using HttpResponseMessage read = await _gateway.Http.GetAsync($"/v1/files/{file.GetProperty("id").GetString()}/content", Token);
        Assert.Equal(("application/octet-stream", "nosniff"), (read.Content.Headers.ContentType?.MediaType, read.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Fact]
    public async Task A_name_of_4_KB_is_refused() => await AssertRefusedAsync(
        new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, FileClient.File("x"u8.ToArray(), new string('n', 4096)) }, 400, "invalid_multipart");

    [Fact]
    public async Task A_file_beyond_the_limit_of_its_purpose_is_refused_and_kept_nowhere()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(server: "limits: { batch_file: 100, file: 1000 }");
        foreach ((string purpose, int bytes, bool fits) in new[] { ("batch", 100, true), ("batch", 101, false), ("user_data", 1000, true), ("user_data", 1001, false) })
        {
            using HttpResponseMessage answer = await gateway.UploadAsync(new byte[bytes], purpose);
            string text = await answer.Content.ReadAsStringAsync(Token);
            Assert.Equal(fits ? 200 : 413, (int)answer.StatusCode);
            Assert.True(fits || Refusal.Read(answer, text).Code == "file_too_large", text);
        }

        // The purpose behind the file tells the limit too late to stop reading, in time to refuse.
        using var form = new MultipartFormDataContent { FileClient.File(new byte[101], "in.jsonl"), { new StringContent("batch"), "purpose" } };
        using HttpResponseMessage late = await gateway.Http.PostAsync("/v1/files", form, Token);
        Assert.Equal(413, (int)late.StatusCode);
        Assert.Equal(2, gateway.Contents().Length);
    }

    [Fact]
    public async Task Fifty_thousand_lines_are_taken_and_one_more_is_told()
    {
        string lines = string.Concat(Enumerable.Range(0, 50_000).Select(i => FileClient.Line($"{i}") + "\n"));
        JsonElement full = await _gateway.AddAsync(lines);
        JsonElement over = await _gateway.AddAsync(lines + FileClient.Line("one more"));

        Assert.Equal(("processed", 50_000), (full.GetProperty("status").GetString(), full.GetProperty("leeway_lines").GetInt32()));
        Assert.Equal(("error", 50_001), (over.GetProperty("status").GetString(), over.GetProperty("leeway_lines").GetInt32()));
        Assert.Equal("too_many_tasks", over.GetProperty("leeway_problems")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task One_line_as_long_as_the_file_is_told_and_not_held()
    {
        byte[] line = new byte[200 << 20];
        line.AsSpan().Fill((byte)'x');
        using HttpResponseMessage answer = await _gateway.UploadAsync(line);
        JsonElement file = await answer.ReadJsonAsync();

        Assert.Equal("line_too_long", file.GetProperty("leeway_problems")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_medium_without_room_and_one_that_fails_are_told_apart()
    {
        Directory.Delete(Path.Combine(_gateway.Folder, "data", "files"));
        using HttpResponseMessage answer = await _gateway.UploadAsync("x", "user_data");
        Refusal refusal = Refusal.Read(answer, await answer.Content.ReadAsStringAsync(Token));
        Problem full = FileProblems.NotWritten(new ContentWriteException(new IOException("No space left on device", 28)));

        Assert.Equal((503, "storage_unavailable"), ((int)answer.StatusCode, refusal.Code));
        Assert.Equal(("storage_full", 507), (full.Code, ProblemTable.Of(full.Code).Status));
        Assert.Empty((await _gateway.GetAsync("/v1/files")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("Content-Length: 1000", 400)]
    [InlineData("Transfer-Encoding: chunked", 400)]
    public async Task An_upload_that_breaks_off_leaves_nothing(string header, int status)
    {
        string body = Purpose + Head + new string('x', 200);
        string sent = header.StartsWith('C') ? body : $"{body.Length:x}\r\n{body}\r\n";
        string answer = await RawHttp.SendAsync(_gateway.Host.PublicUrl, RawUpload(sent, header), leave: true);

        Assert.True(answer.Length == 0 || answer.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal), answer);
        await AssertNothingAsync();
    }

    [Fact]
    public async Task A_chunk_extension_with_a_bare_feed_is_refused()
    {
        string answer = await RawHttp.SendAsync(_gateway.Host.PublicUrl, RawUpload("5;a\nb\r\n--b\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked"));

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        await AssertNothingAsync();
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=100000")]
    [InlineData("order=up")]
    [InlineData("after=file-1")]
    [InlineData("after=batch_0123456789abcdef0123456789abcdef")]
    [InlineData("purpos=batch")]
    public async Task A_list_that_cannot_be_is_refused(string query)
    {
        using HttpResponseMessage answer = await _gateway.Http.GetAsync($"/v1/files?{query}", Token);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (answer.StatusCode, Refusal.Read(answer, await answer.Content.ReadAsStringAsync(Token)).Code));
    }

    [Theory]
    [InlineData("file-0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("file-abc123")]
    [InlineData("..%2f..%2fleeway.db")]
    [InlineData("%00")]
    [InlineData("batch_0123456789abcdef0123456789abcdef")]
    public async Task An_id_that_is_none_is_404_on_every_route(string id)
    {
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/content") })
        {
            using var request = new HttpRequestMessage(method, $"/v1/files/{id}{path}");
            using HttpResponseMessage answer = await _gateway.Http.SendAsync(request, Token);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{method} {id}{path}: {answer.StatusCode}");
        }
    }

    private static byte[] RawUpload(string body, string header) => Encoding.Latin1.GetBytes(
        $"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n{header}\r\n\r\n{body}");

    private async Task AssertRefusedAsync(HttpContent content, int status, string code)
    {
        using HttpResponseMessage answer = await _gateway.Http.PostAsync("/v1/files", content, Token);
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        Refusal refusal = Refusal.Read(answer, text);
        Assert.Equal(code, refusal.Code);
        Assert.Contains("Nothing was kept.", refusal.Message, StringComparison.Ordinal);
        await AssertNothingAsync();
    }

    private async Task AssertNothingAsync()
    {
        await _gateway.SweptAsync();
        Assert.Empty((await _gateway.GetAsync("/v1/files")).GetProperty("data").EnumerateArray());
    }
}
