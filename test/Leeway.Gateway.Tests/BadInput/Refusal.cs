using System.Text.Json;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>A refusal as a client reads it, after checking that its shape is the one of the path.</summary>
internal sealed record Refusal(string Code, string? Field, string Message)
{
    public static Refusal Read(HttpResponseMessage answer, string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        string path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        return path.Contains("/v1/messages", StringComparison.Ordinal) ? ReadAnthropic(answer, root)
            : path.StartsWith("/v1", StringComparison.Ordinal) || path.StartsWith("/by", StringComparison.Ordinal) ? ReadOpenAI(answer, root)
            : ReadProblem(answer, root);
    }

    // Its clients know no field and no code; ours stands beside the message.
    private static Refusal ReadAnthropic(HttpResponseMessage answer, JsonElement root)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["type", "error", "request_id"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal("error", root.GetProperty("type").GetString());
        Assert.Equal(answer.Headers.GetValues("request-id").Single(), root.GetProperty("request_id").GetString());
        JsonElement error = root.GetProperty("error");
        Assert.Equal(["type", "message", "code"], error.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("_error", error.GetProperty("type").GetString(), StringComparison.Ordinal);
        return new Refusal(error.GetProperty("code").GetString()!, null, error.GetProperty("message").GetString()!);
    }

    private static Refusal ReadOpenAI(HttpResponseMessage answer, JsonElement root)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["error"], root.EnumerateObject().Select(member => member.Name));
        JsonElement error = root.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        return new Refusal(error.GetProperty("code").GetString()!, error.GetProperty("param").GetString(), error.GetProperty("message").GetString()!);
    }

    private static Refusal ReadProblem(HttpResponseMessage answer, JsonElement root)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["type", "title", "status", "detail", "code", "field", "value", "remedy"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal((int)answer.StatusCode, root.GetProperty("status").GetInt32());
        string code = root.GetProperty("code").GetString()!;
        Assert.Equal($"urn:leeway:error:{code}", root.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(root.GetProperty("remedy").GetString()), $"{code} says no remedy");
        return new Refusal(code, root.GetProperty("field").GetString(), root.GetProperty("detail").GetString()!);
    }
}
