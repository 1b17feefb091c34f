using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Leeway.Sandbox.Wire;

/// <summary>Tokens as identity services give them. Nothing secret is behind them: their signature is made up and never checked.</summary>
internal static class Jwt
{
    private static readonly byte[] s_signature = Encoding.UTF8.GetBytes("the sandbox signs nothing");

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <param name="more">Further claims.</param>
    public static string Make(string issuer, string audience, string subject, DateTimeOffset now, IReadOnlyDictionary<string, string>? more = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("aud", audience);
            json.WriteString("sub", subject);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            foreach (var (name, value) in more ?? new Dictionary<string, string>())
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return string.Join('.', Part("""{"alg":"RS256","kid":"sandbox","typ":"JWT"}"""u8), Part(buffer.ToArray()), Part(s_signature));
    }

    /// <summary>What is wrong with a token for one of these audiences, or null.</summary>
    public static string? Problem(string token, DateTimeOffset now, params ReadOnlySpan<string> audiences)
    {
        if (Claims(token) is not { } claims)
        {
            return "it is no JWT";
        }

        var audience = claims.StringOrNull("aud")?.TrimEnd('/');
        return !audiences.Contains(audience) ? $"its audience is '{audience}'"
            : !claims.Has("exp", out var exp) || !exp.TryGetInt64(out var at) || at <= now.ToUnixTimeSeconds() ? "it has expired"
            : null;
    }

    /// <summary>The payload, or null when the text is no token.</summary>
    public static JsonElement? Claims(string token)
    {
        if (token.Split('.') is not [_, { Length: > 0 } payload, _])
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Part(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
