using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Load.Processes;

namespace Leeway.Load.Intake;

/// <summary>Uploads of the file over HTTP, as SDKs make them.</summary>
internal sealed class HttpIntake(string path) : IDisposable
{
    private const int BlockBytes = 128 * 1024;

    private readonly HttpClient _http = new();
    private readonly long _bytes = new FileInfo(path).Length;

    /// <summary>Bytes per second from the first byte to the answer.</summary>
    public async Task<double> UploadAsync(ServerProcess server)
    {
        await using FileStream source = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var file = new StreamContent(source, BlockBytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { file, "file", "in.jsonl" } };
        long begun = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(server.Address, "/v1/files"), form);
        string text = await answer.Content.ReadAsStringAsync();
        double rate = _bytes / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        answer.EnsureSuccessStatusCode();
        await CheckAndDeleteAsync(server, text);
        return rate;
    }

    /// <summary>Memory of a server in MB: what it has, and the most it had.</summary>
    public static (double Now, double Peak) MemoryOf(ServerProcess server)
    {
        string[] status = File.ReadAllLines($"/proc/{server.Id}/status");
        double Of(string name) => double.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    public void Dispose() => _http.Dispose();

    // Leeway's answer tells what it looked at; the bare endpoint's is empty.
    private async Task CheckAndDeleteAsync(ServerProcess server, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        using JsonDocument file = JsonDocument.Parse(text);
        int lines = file.RootElement.GetProperty("leeway_lines").GetInt32();
        if (lines != IntakeFile.Lines || file.RootElement.GetProperty("status").GetString() != "processed")
        {
            throw new InvalidDataException($"Not taken as it is: {text}");
        }

        using HttpResponseMessage deleted = await _http.DeleteAsync(new Uri(server.Address, $"/v1/files/{file.RootElement.GetProperty("id").GetString()}"));
        deleted.EnsureSuccessStatusCode();
    }
}
