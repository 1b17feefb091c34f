using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Files;

/// <summary>Files of a gateway under test, as a client sees them.</summary>
internal static class FileClient
{
    /// <summary>A good line.</summary>
    public static string Line(string customId, string model = "gpt-4o-mini") =>
        $$$"""{"custom_id":{{{JsonSerializer.Serialize(customId)}}},"method":"POST","url":"/v1/chat/completions","body":{"model":"{{{model}}}","messages":[{"role":"user","content":"hi"}]}}""";

    /// <summary>Uploads as the Python SDK does: fields first, the file last.</summary>
    public static Task<HttpResponseMessage> UploadAsync(this TestGateway gateway, byte[] content, string purpose = "batch", string name = "in.jsonl", params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent("a-boundary");
        foreach ((string field, string value) in fields.Prepend(("purpose", purpose)))
        {
            form.Add(new StringContent(value), $"\"{field}\"");
        }

        form.Add(File(content, name));
        return gateway.Http.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> UploadAsync(this TestGateway gateway, string content, string purpose = "batch", string name = "in.jsonl") =>
        gateway.UploadAsync(Encoding.UTF8.GetBytes(content), purpose, name);

    /// <summary>Uploads what must be taken.</summary>
    public static async Task<JsonElement> AddAsync(this TestGateway gateway, string content, string purpose = "batch", string name = "in.jsonl")
    {
        using HttpResponseMessage answer = await gateway.UploadAsync(content, purpose, name);
        return await answer.ReadJsonAsync();
    }

    /// <summary>The body of an answer that must be a success.</summary>
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static async Task<JsonElement> GetAsync(this TestGateway gateway, string path)
    {
        using HttpResponseMessage answer = await gateway.Http.GetAsync(path, TestContext.Current.CancellationToken);
        return await answer.ReadJsonAsync();
    }

    /// <summary>Names in the folder of contents.</summary>
    public static string[] Contents(this TestGateway gateway) => [.. Directory.GetFiles(Path.Combine(gateway.Folder, "data", "files")).Select(file => Path.GetFileName(file)!)];

    /// <summary>Waits until only the contents of the given files are left.</summary>
    public static Task SweptAsync(this TestGateway gateway, params string[] ids) => Eventually.HoldsAsync(
        () => Task.FromResult(gateway.Contents().Order().SequenceEqual(ids.Select(id => id["file-".Length..]).Order())),
        () => $"There are {string.Join(", ", gateway.Contents())} instead of {string.Join(", ", ids)}.");

    public static ByteArrayContent File(byte[] content, string name, string field = "file")
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{name}\"");
        return file;
    }
}
