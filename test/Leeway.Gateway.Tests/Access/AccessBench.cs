using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access;

/// <summary>A key as its maker sees it.</summary>
internal sealed record MadeKey(string Id, string Secret, JsonElement Shown);

/// <summary>Keys on a gateway, and calls with them.</summary>
internal static class AccessBench
{
    public const string Chat = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}""";

    public static async Task<MadeKey> MakeKeyAsync(this TestGateway gateway, string team = "blue", string more = "")
    {
        using HttpResponseMessage answer = await gateway.AdminPostAsync("/admin/keys", $$"""{"owner":"tests","team":"{{team}}"{{more}}}""");
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Created, text);
        JsonElement shown = Json(text);
        return new MadeKey(shown.GetProperty("id").GetString()!, shown.GetProperty("key").GetString()!, shown);
    }

    public static Task<HttpResponseMessage> AdminPostAsync(this TestGateway gateway, string path, string? json = null) =>
        gateway.Admin.PostAsync(path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Calls with a key.</summary>
    public static async Task<HttpResponseMessage> CallAsync(
        this TestGateway gateway, string? key, HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<int> StatusAsync(this TestGateway gateway, string? key, HttpMethod? method = null, string path = "/v1/models", string? json = null, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await gateway.CallAsync(key, method ?? HttpMethod.Get, path, json, headers);
        return (int)answer.StatusCode;
    }

    /// <summary>Calls and reads JSON, whatever the status.</summary>
    public static async Task<JsonElement> AskAsync(this TestGateway gateway, string? key, HttpMethod method, string path, string? json = null, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await gateway.CallAsync(key, method, path, json, headers);
        return Json(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Queues a chat that waits, and returns its id.</summary>
    public static async Task<string> QueueAsync(this TestGateway gateway, string key, string body = Chat, params (string, string)[] headers)
    {
        JsonElement accepted = await gateway.AskAsync(key, HttpMethod.Post, "/v1/chat/completions", body, [("Leeway-Deadline", "6h"), ("Prefer", "respond-async"), .. headers]);
        return accepted.TryGetProperty("id", out JsonElement id) ? id.GetString()! : throw new InvalidOperationException(accepted.GetRawText());
    }

    public static async Task<JsonElement> ShownKeyAsync(this TestGateway gateway, string id) => Json(await gateway.Admin.GetStringAsync($"/admin/keys/{id}"));

    public static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
