using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class FileTests
{
    [Theory]
    [InlineData("brackets")]
    [InlineData("dots")]
    [InlineData("json")]
    public async Task Upload_accepts_each_encoding_of_expires_after_with_the_file_first(string encoding)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent("{}\n"u8.ToArray()), "file", "in.jsonl" }, { new StringContent("batch"), "purpose" } };
        if (encoding == "json")
        {
            var part = new StringContent("""{"anchor":"created_at","seconds":7200}""");
            part.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            form.Add(part, "expires_after");
        }
        else
        {
            form.Add(new StringContent("created_at"), encoding == "dots" ? "expires_after.anchor" : "expires_after[anchor]");
            form.Add(new StringContent("7200"), encoding == "dots" ? "expires_after.seconds" : "expires_after[seconds]");
        }

        using var response = await sandbox.Http.PostAsync("/v1/files", form);
        var file = SandboxClient.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(file.GetProperty("created_at").GetInt64() + 7200, file.GetProperty("expires_at").GetInt64());
        Assert.Equal("in.jsonl", file.GetProperty("filename").GetString());
        Assert.Equal(3, file.GetProperty("bytes").GetInt32());
        sandbox.Time.Advance(TimeSpan.FromSeconds(7201));
        var (status, _) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync($"/v1/files/{file.GetProperty("id").GetString()}"));
        Assert.Equal(404, status);
    }

    [Theory]
    [InlineData("7", "expires_after.seconds")]
    [InlineData(null, "purpose")]
    public async Task Upload_names_the_field_that_is_wrong(string? seconds, string param)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "in.jsonl" } };
        if (seconds is not null)
        {
            form.Add(new StringContent("batch"), "purpose");
            form.Add(new StringContent("created_at"), "expires_after[anchor]");
            form.Add(new StringContent(seconds), "expires_after[seconds]");
        }

        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.Http.PostAsync("/v1/files", form));
        Assert.Equal((400, param), (status, error.GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(4 * 1024 * 1024)]
    public async Task Content_comes_back_byte_for_byte_from_memory_and_from_disk(int memoryBytes)
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "instant", MemoryFileBytes = memoryBytes });
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i} äöü\n"));
        var id = await sandbox.UploadAsync(text);

        Assert.Equal(Encoding.UTF8.GetBytes(text), await sandbox.Http.GetByteArrayAsync($"/v1/files/{id}/content"));
    }

    [Fact]
    public async Task List_pages_newest_first_and_a_deleted_file_is_gone()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await sandbox.UploadAsync($"{i}"));
        }

        ids.Reverse();
        var first = await sandbox.GetAsync("/v1/files?limit=3&purpose=batch");
        var second = await sandbox.GetAsync($"/v1/files?limit=3&after={first.GetProperty("last_id").GetString()}");
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.False(second.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids, first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(file => file.GetProperty("id").GetString()!));

        using var deleted = await sandbox.Http.DeleteAsync($"/v1/files/{ids[0]}");
        Assert.True(SandboxClient.Parse(await deleted.Content.ReadAsStringAsync()).GetProperty("deleted").GetBoolean());
        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync($"/v1/files/{ids[0]}/content"));
        Assert.Equal((404, JsonValueKind.String), (status, error.GetProperty("message").ValueKind));
        Assert.Equal(4, (await sandbox.GetAsync("/v1/files")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Temporary_files_are_gone_after_dispose()
    {
        var before = Directory.GetDirectories(Path.GetTempPath(), "leeway-sandbox-*").ToHashSet();
        var sandbox = await SandboxClient.StartAsync(new SandboxOptions { MemoryFileBytes = 1 });
        await sandbox.UploadAsync("some bytes");
        await sandbox.DisposeAsync();

        Assert.DoesNotContain(Directory.GetDirectories(Path.GetTempPath(), "leeway-sandbox-*"), folder => !before.Contains(folder) && Holds(folder, "some bytes"));
    }

    private static bool Holds(string folder, string text)
    {
        try
        {
            return Directory.GetFiles(folder).Any(file => File.ReadAllText(file) == text);
        }
        catch (IOException)
        {
            // The folder of another sandbox, which has just gone or still holds its files open; this one's is closed.
            return false;
        }
    }
}
