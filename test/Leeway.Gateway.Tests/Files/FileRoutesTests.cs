using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.BadInput;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Files;

/// <summary><c>/v1/files</c> as its clients use it.</summary>
public sealed class FileRoutesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_uploaded_shown_read_and_deleted()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string text = FileClient.Line("a") + "\n" + FileClient.Line("b", "gpt-4o") + "\n";
        JsonElement file = await gateway.AddAsync(text);
        string id = file.GetProperty("id").GetString()!;

        Assert.StartsWith("file-", id, StringComparison.Ordinal);
        Assert.Equal(("file", text.Length, "in.jsonl", "batch", "processed"), (Text(file, "object"), file.GetProperty("bytes").GetInt32(), Text(file, "filename"), Text(file, "purpose"), Text(file, "status")));
        Assert.Equal(30 * 86400, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());
        Assert.Equal((2, 0), (file.GetProperty("leeway_lines").GetInt32(), file.GetProperty("leeway_bad_lines").GetInt32()));
        Assert.Equal(["gpt-4o-mini", "gpt-4o"], file.GetProperty("leeway_models").EnumerateArray().Select(model => model.GetString()));
        Assert.Equal(file.ToString(), (await gateway.GetAsync($"/v1/files/{id}")).ToString());
        Assert.Equal(text, await gateway.Http.GetStringAsync($"/v1/files/{id}/content", Token));
        Assert.Equal([id["file-".Length..]], gateway.Contents());

        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"/v1/files/{id}", Token);
        Assert.Equal($$"""{"id":"{{id}}","object":"file","deleted":true}""", await deleted.Content.ReadAsStringAsync(Token));
        foreach (string path in new[] { $"/v1/files/{id}", $"/v1/files/{id}/content" })
        {
            using HttpResponseMessage gone = await gateway.Http.GetAsync(path, Token);
            Refusal refusal = Refusal.Read(gone, await gone.Content.ReadAsStringAsync(Token));
            Assert.Equal((HttpStatusCode.NotFound, "not_found", "id"), (gone.StatusCode, refusal.Code, refusal.Field));
        }

        using HttpResponseMessage again = await gateway.Http.DeleteAsync($"/v1/files/{id}", Token);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        await gateway.SweptAsync();
    }

    [Fact]
    public async Task Files_that_are_no_batches_are_not_checked_and_do_not_expire()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement file = await gateway.AddAsync("not json", "user_data", "notes.txt");

        Assert.Equal("processed", Text(file, "status"));
        Assert.False(file.TryGetProperty("expires_at", out _));
        Assert.False(file.TryGetProperty("leeway_lines", out _));
    }

    [Theory]
    [InlineData("expires_after[anchor]", "created_at", "expires_after[seconds]", "7200")]
    [InlineData("expires_after.anchor", "created_at", "expires_after.seconds", "7200")]
    [InlineData("expires_after", """{"anchor":"created_at","seconds":7200}""", "other", "x")]
    public async Task Each_encoding_of_expires_after_is_understood(string first, string firstValue, string second, string secondValue)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.UploadAsync("x"u8.ToArray(), "user_data", "x", (first, firstValue), (second, secondValue));
        JsonElement file = await answer.ReadJsonAsync();

        Assert.Equal(7200, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());
    }

    [Fact]
    public async Task A_file_ahead_of_its_purpose_is_checked_all_the_same()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using var form = new MultipartFormDataContent { FileClient.File(Encoding.UTF8.GetBytes("{}\n" + FileClient.Line("a")), "in.jsonl"), { new StringContent("batch"), "purpose" } };
        using HttpResponseMessage answer = await gateway.Http.PostAsync("/v1/files", form, Token);
        JsonElement file = await answer.ReadJsonAsync();

        Assert.Equal("error", Text(file, "status"));
        Assert.Equal((2, 1), (file.GetProperty("leeway_lines").GetInt32(), file.GetProperty("leeway_bad_lines").GetInt32()));
        Assert.Contains("1 of 2 lines cannot be accepted. 1:1 custom_id is missing.", Text(file, "status_details"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_paged_in_both_orders_and_by_purpose()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            ids.Add(Text(await gateway.AddAsync("x", i == 2 ? "evals" : "user_data", $"{i}"), "id"));
        }

        Assert.Equal(ids.AsEnumerable().Reverse(), Ids(await gateway.GetAsync("/v1/files")));
        JsonElement page = await gateway.GetAsync("/v1/files?order=asc&limit=2");
        Assert.Equal((true, ids[0], ids[1]), (page.GetProperty("has_more").GetBoolean(), Text(page, "first_id"), Text(page, "last_id")));
        JsonElement rest = await gateway.GetAsync($"/v1/files?order=asc&limit=3&after={ids[1]}");
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[2..], Ids(rest));
        Assert.Equal([ids[2]], Ids(await gateway.GetAsync("/v1/files?purpose=evals")));
        Assert.Equal([ids[1], ids[0]], Ids(await gateway.GetAsync($"/v1/files?after={ids[2]}")));
    }

    [Theory]
    [InlineData("bytes=0-4", 206, "bytes 0-4/10", "01234")]
    [InlineData("bytes=7-", 206, "bytes 7-9/10", "789")]
    [InlineData("bytes=-2", 206, "bytes 8-9/10", "89")]
    [InlineData("bytes=4-99", 206, "bytes 4-9/10", "456789")]
    [InlineData("bytes=10-", 416, "bytes */10", null)]
    [InlineData("bytes=0-1,3-4", 200, null, "0123456789")]
    [InlineData("lines=0-1", 200, null, "0123456789")]
    [InlineData("bytes=5-2", 200, null, "0123456789")]
    public async Task A_range_of_a_file_is_read(string range, int status, string? contentRange, string? text)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string id = Text(await gateway.AddAsync("0123456789", "user_data"), "id");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{id}/content");
        request.Headers.TryAddWithoutValidation("Range", range);
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, Token);

        Assert.Equal((status, contentRange), ((int)answer.StatusCode, answer.Content.Headers.ContentRange?.ToString()));
        string body = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(text ?? "range_not_satisfiable", text is null ? Refusal.Read(answer, body).Code : body);
    }

    [Fact]
    public async Task A_head_tells_the_length_and_a_known_tag_saves_the_bytes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string id = Text(await gateway.AddAsync("0123456789", "user_data"), "id");
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/v1/files/{id}/content");
        using HttpResponseMessage told = await gateway.Http.SendAsync(head, Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{id}/content");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{id}\""));
        using HttpResponseMessage unchanged = await gateway.Http.SendAsync(request, Token);

        Assert.Equal((10, HttpStatusCode.NotModified), (told.Content.Headers.ContentLength, unchanged.StatusCode));
        Assert.Equal("nosniff", told.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_download_under_way_outlives_the_file()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        byte[] content = [.. Enumerable.Range(0, 24 << 20).Select(i => (byte)i)];
        using HttpResponseMessage upload = await gateway.UploadAsync(content, "user_data");
        string id = Text(await upload.ReadJsonAsync(), "id");
        using HttpResponseMessage download = await gateway.Http.GetAsync($"/v1/files/{id}/content", HttpCompletionOption.ResponseHeadersRead, Token);
        await using Stream stream = await download.Content.ReadAsStreamAsync(Token);
        byte[] read = new byte[content.Length];
        await stream.ReadExactlyAsync(read.AsMemory(0, 1), Token);

        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"/v1/files/{id}", Token);
        await stream.ReadExactlyAsync(read.AsMemory(1), Token);

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(content, read);
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static string[] Ids(JsonElement list) => [.. list.GetProperty("data").EnumerateArray().Select(file => Text(file, "id"))];
}
