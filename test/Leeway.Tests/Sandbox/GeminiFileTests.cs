using System.Text;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class GeminiFileTests
{
    [Fact]
    public async Task File_comes_in_pieces_and_is_gone_after_48_hours()
    {
        await using var client = await GeminiClient.StartAsync();
        var address = await client.StartUploadAsync(10);
        async Task<HttpResponseMessage> Send(string commands, int offset, string bytes)
        {
            // The address is enough: no key comes along.
            using var bare = new HttpClient();
            using var piece = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(bytes)) };
            piece.Headers.Add("X-Goog-Upload-Command", commands);
            piece.Headers.Add("X-Goog-Upload-Offset", $"{offset}");
            return await bare.SendAsync(piece);
        }

        using var first = await Send("upload", 0, "01234");
        using var wrong = await Send("upload", 3, "567");
        using var queried = await Send("query", 0, "");
        using var last = await Send("upload, finalize", 5, "56789");
        var file = SandboxClient.Parse(await last.Content.ReadAsStringAsync()).GetProperty("file");
        var name = file.GetProperty("name").GetString();

        Assert.Equal(("active", 400), (first.Headers.GetValues("x-goog-upload-status").Single(), (int)wrong.StatusCode));
        Assert.Equal("5", queried.Headers.GetValues("x-goog-upload-size-received").Single());
        Assert.Equal(("final", "10", "ACTIVE"), (last.Headers.GetValues("x-goog-upload-status").Single(), file.GetProperty("sizeBytes").GetString(), file.GetProperty("state").GetString()));
        Assert.Equal("in.jsonl", (await client.GetAsync("/v1beta/" + name)).GetProperty("displayName").GetString());
        Assert.Equal("0123456789", await client.Http.GetStringAsync($"/v1beta/{name}:download?alt=media"));
        Assert.Equal(1, (await client.GetAsync("/v1beta/files")).GetProperty("files").GetArrayLength());

        client.Sandbox.Time.Advance(TimeSpan.FromHours(48));
        Assert.Equal(403, (await GeminiClient.ErrorAsync(client.Http.GetAsync("/v1beta/" + name))).Status);
    }

    [Fact]
    public async Task Deleted_file_is_gone_and_a_lost_upload_is_stored()
    {
        await using var client = await GeminiClient.StartAsync();
        var name = await client.UploadAsync("x");
        using var deleted = await client.Http.DeleteAsync("/v1beta/" + name);
        Assert.Equal("{}", await deleted.Content.ReadAsStringAsync());
        Assert.Equal(403, (await GeminiClient.ErrorAsync(client.Http.DeleteAsync("/v1beta/" + name))).Status);

        client.Sandbox.Server.Faults.Next(FaultKind.UploadLost);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.UploadAsync("x"));
        Assert.Equal(1, (await client.GetAsync("/v1beta/files")).GetProperty("files").GetArrayLength());
    }
}
