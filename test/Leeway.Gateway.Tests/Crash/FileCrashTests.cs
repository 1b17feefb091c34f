using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Files;
using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Crash;

/// <summary>An upload that is cut off by a kill: no row without content, no content without row.</summary>
public sealed class FileCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [FailPoint.AfterContentSealed, FailPoint.AfterFileSaved];

    [Theory, MemberData(nameof(Points))]
    public async Task A_kill_while_a_file_is_kept_leaves_all_of_it_or_nothing(string point)
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(10));
        await site.StartAsync(point);
        using var http = new HttpClient { BaseAddress = site.Url };
        string text = FileClient.Line("a");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.PostAsync("/v1/files", Form(text), Token));
        await site.DiesAsync(point);
        Assert.Single(Contents(site));

        await site.StartAsync();
        await AssertWholeAsync(site, http, point == FailPoint.AfterFileSaved ? [text] : []);
    }

    [Fact]
    public async Task A_kill_while_a_file_arrives_leaves_nothing()
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(10));
        await site.StartAsync();
        using var http = new HttpClient { BaseAddress = site.Url };
        using var arriving = new EndlessContent();
        Task<HttpResponseMessage> upload = http.PostAsync("/v1/files", arriving, Token);
        await Eventually.HoldsAsync(() => Task.FromResult(Contents(site).Any(file => new FileInfo(file).Length > 0)), () => "Nothing arrives.");
        await site.KillAsync();
        arriving.End();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => upload);
        Assert.Single(Contents(site));

        await site.StartAsync();
        await AssertWholeAsync(site, http, []);
    }

    private static async Task AssertWholeAsync(CrashSite site, HttpClient http, string[] texts)
    {
        using JsonDocument list = JsonDocument.Parse(await http.GetStringAsync("/v1/files", Token));
        string[] ids = [.. list.RootElement.GetProperty("data").EnumerateArray().Select(file => file.GetProperty("id").GetString()!)];
        Assert.Equal(ids.Select(id => id["file-".Length..]), Contents(site).Select(Path.GetFileName));
        Assert.Equal(texts, await Task.WhenAll(ids.Select(id => http.GetStringAsync($"/v1/files/{id}/content", Token))));
    }

    private static MultipartFormDataContent Form(string text) => new() { { new StringContent("batch"), "purpose" }, FileClient.File(Encoding.UTF8.GetBytes(text), "in.jsonl") };

    private static string[] Contents(CrashSite site) => Directory.GetFiles(Path.Combine(site.Folder, "data", "files"));

    /// <summary>A form whose file goes on until it is told to end.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly CancellationTokenSource _end = new();

        public EndlessContent() => Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        public void End() => _end.Cancel();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"u8.ToArray());
            byte[] block = new byte[64 * 1024];
            while (!_end.IsCancellationRequested)
            {
                await stream.WriteAsync(block);
                await Task.Delay(5, CancellationToken.None);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.Dispose();
            base.Dispose(disposing);
        }
    }
}
