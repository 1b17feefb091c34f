using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Gemini;

/// <summary>Files of the Gemini API, which the vendor keeps for two days: the inputs of batches.</summary>
internal sealed class GeminiFiles(JsonCalls calls, TimeProvider clock)
{
    /// <summary>Uploads by the resumable protocol: one call that asks for an address, one that sends everything there.</summary>
    /// <returns>The file's name, <c>files/…</c>.</returns>
    public async Task<string> UploadAsync(Binding binding, string fileName, SpooledInput input, CancellationToken cancellationToken)
    {
        string address = await StartAsync(binding, fileName, input.Length, cancellationToken);
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using HttpContent content = input.ToContent(patience);
        HttpRequestMessage request = binding.RequestAt(HttpMethod.Post, address, content);
        request.Headers.Add("X-Goog-Upload-Offset", "0");
        request.Headers.Add("X-Goog-Upload-Command", "upload, finalize");
        using JsonDocument answer = await calls.SendAsync(binding, request, patience, cancellationToken);
        return answer.RootElement.Member("file")?.Word("name") is { Length: > 0 } name ? name : throw Failures.Malformed(binding.Deployment, "took the file and gave no name");
    }

    public Task<Stream> OpenAsync(Binding binding, string file, CancellationToken cancellationToken) =>
        calls.OpenAsync(binding, $"/download/{GeminiAddresses.Version(binding.Deployment)}/{GeminiAddresses.Segments(binding, file, "files")}:download?alt=media", cancellationToken);

    public async Task DeleteAsync(Binding binding, string file, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await calls.SendAsync(
                binding, HttpMethod.Delete, $"/{GeminiAddresses.Version(binding.Deployment)}/{GeminiAddresses.Segments(binding, file, "files")}", null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 403 or 404)
        {
            // A file that is gone and one of somebody else's are told alike; gone is what was asked for.
        }
    }

    public async Task<IReadOnlyList<string>> FindAsync(Binding binding, string fileName, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        string? token = null;
        do
        {
            string path = $"/{GeminiAddresses.Version(binding.Deployment)}/files?pageSize=100" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            using JsonDocument answer = await calls.SendAsync(binding, HttpMethod.Get, path, null, cancellationToken);
            found.AddRange(answer.RootElement.Items("files").Where(file => file.Word("displayName") == fileName).Select(static file => file.Word("name")).OfType<string>());
            string? next = answer.RootElement.Word("nextPageToken");
            token = next is { Length: > 0 } && next != token ? next : null;
        }
        while (token is not null);
        return found;
    }

    private async Task<string> StartAsync(Binding binding, string fileName, long length, CancellationToken cancellationToken)
    {
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using var content = new StringContent($$$"""{"file":{"displayName":"{{{JsonEncodedText.Encode(fileName)}}}"}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        HttpRequestMessage request = binding.Request(HttpMethod.Post, $"/upload/{GeminiAddresses.Version(binding.Deployment)}/files", content);
        request.Headers.Add("X-Goog-Upload-Protocol", "resumable");
        request.Headers.Add("X-Goog-Upload-Command", "start");
        request.Headers.Add("X-Goog-Upload-Header-Content-Length", length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-Goog-Upload-Header-Content-Type", "application/jsonl");
        using HttpResponseMessage response = await calls.GetHeadAsync(binding, request, patience, cancellationToken);
        return response.Headers.NonValidated.TryGetValues("x-goog-upload-url", out HeaderStringValues values) && values.ToString() is { Length: > 0 } address
            ? address
            : throw Failures.Malformed(binding.Deployment, "began an upload without an address");
    }
}
