using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class CloudStorageTests
{
    private const string Upload = "/upload/storage/v1/b/bucket/o";

    [Fact]
    public async Task Object_of_any_name_is_written_read_in_ranges_and_deleted()
    {
        const string Name = "a b/ü%2F+x:1.jsonl";
        await using var client = await VertexClient.StartAsync();
        await client.PutAsync(Name, "0123456789");
        var path = "/storage/v1/b/bucket/o/" + Uri.EscapeDataString(Name);
        var metadata = await client.GetAsync(path);

        Assert.Equal((Name, "10", "bucket"), (metadata.GetProperty("name").GetString(), metadata.GetProperty("size").GetString(), metadata.GetProperty("bucket").GetString()));
        Assert.Equal("eB5eJF1ptWaXm4bijSPyxw==", metadata.GetProperty("md5Hash").GetString());
        Assert.Equal("KAwGng==", metadata.GetProperty("crc32c").GetString());
        Assert.Equal("0123456789", await client.Http.GetStringAsync(path + "?alt=media"));
        Assert.Equal("0123456789", await client.Http.GetStringAsync("/download" + path + "?alt=media"));

        async Task<(HttpStatusCode, string, string?)> RangeAsync(long? from, long? to)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path + "?alt=media") { Headers = { Range = new RangeHeaderValue(from, to) } };
            using var response = await client.Http.SendAsync(request);
            return (response.StatusCode, response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : "", response.Content.Headers.ContentRange?.ToString());
        }

        Assert.Equal((HttpStatusCode.PartialContent, "234", "bytes 2-4/10"), await RangeAsync(2, 4));
        Assert.Equal((HttpStatusCode.PartialContent, "789", "bytes 7-9/10"), await RangeAsync(7, null));
        Assert.Equal((HttpStatusCode.PartialContent, "89", "bytes 8-9/10"), await RangeAsync(null, 2));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await RangeAsync(10, 12)).Item1);

        using var deleted = await client.Http.DeleteAsync(path);
        using var gone = await client.Http.GetAsync(path);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
        Assert.Equal("notFound", SandboxClient.Parse(await gone.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("errors")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Resumable_upload_goes_on_where_it_stopped()
    {
        await using var client = await VertexClient.StartAsync();
        using var start = await client.SendAsync(Upload + "?uploadType=resumable", """{"name":"big.jsonl","contentType":"application/jsonl"}""");
        var address = start.EnsureSuccessStatusCode().Headers.Location!;
        async Task<(int Status, string? Range)> SendAsync(string range, string bytes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(bytes)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
            using var response = await client.Http.SendAsync(request);
            return ((int)response.StatusCode, response.Headers.TryGetValues("Range", out var values) ? values.Single() : null);
        }

        Assert.Equal((308, null), await SendAsync("bytes */10", ""));
        Assert.Equal((308, "bytes=0-3"), await SendAsync("bytes 0-3/10", "0123"));
        Assert.Equal((308, "bytes=0-3"), await SendAsync("bytes 6-9/10", "6789"));
        Assert.Equal((308, "bytes=0-3"), await SendAsync("bytes */10", ""));
        Assert.Equal((200, null), await SendAsync("bytes 4-9/10", "456789"));
        Assert.Equal((404, null), await SendAsync("bytes */10", ""));
        Assert.Equal("0123456789", await client.Http.GetStringAsync("/storage/v1/b/bucket/o/big.jsonl?alt=media"));
        Assert.Equal("application/jsonl", (await client.GetAsync("/storage/v1/b/bucket/o/big.jsonl")).GetProperty("contentType").GetString());
    }

    [Fact]
    public async Task Multipart_upload_has_metadata_and_content()
    {
        await using var client = await VertexClient.StartAsync();
        using var related = new MultipartContent("related")
        {
            new StringContent("""{"name":"dir/two.txt"}""", Encoding.UTF8, "application/json"),
            new StringContent("content", Encoding.UTF8, "text/plain"),
        };
        using var response = await client.Http.PostAsync(Upload + "?uploadType=multipart", related);

        Assert.Equal("dir/two.txt", SandboxClient.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("name").GetString());
        Assert.Equal("content", await client.Http.GetStringAsync("/storage/v1/b/bucket/o/dir%2Ftwo.txt?alt=media"));
    }

    [Fact]
    public async Task List_pages_by_prefix_and_folds_at_the_delimiter()
    {
        await using var client = await VertexClient.StartAsync();
        foreach (var name in (string[])["in/1", "in/2", "in/3", "in/deep/4", "other"])
        {
            await client.PutAsync(name, "x");
        }

        static List<string?> Names(System.Text.Json.JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString())];
        var first = await client.GetAsync("/storage/v1/b/bucket/o?prefix=in%2F&maxResults=3");
        var second = await client.GetAsync($"/storage/v1/b/bucket/o?prefix=in%2F&pageToken={first.GetProperty("nextPageToken").GetString()}");
        var folded = await client.GetAsync("/storage/v1/b/bucket/o?prefix=in%2F&delimiter=%2F");
        using var missing = await client.Http.GetAsync("/storage/v1/b/none/o");

        Assert.Equal((string?[])["in/1", "in/2", "in/3", "in/deep/4"], Names(first).Concat(Names(second)));
        Assert.Equal(["in/1", "in/2", "in/3"], Names(folded));
        Assert.Equal("in/deep/", folded.GetProperty("prefixes")[0].GetString());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Lost_upload_is_stored()
    {
        await using var client = await VertexClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.UploadLost);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PutAsync("x", "lost"));
        Assert.Equal("lost", await client.Http.GetStringAsync("/storage/v1/b/bucket/o/x?alt=media"));
    }
}
