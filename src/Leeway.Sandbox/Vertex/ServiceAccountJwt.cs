using System.Buffers.Text;
using System.Text.Json;
using Leeway.Sandbox.Google;

namespace Leeway.Sandbox.Vertex;

/// <summary>
/// The JWT a service account signs: to be exchanged for a token, or to be sent as the token itself, as Google's client libraries do. Its claims are checked; its
/// signature cannot be, as the sandbox knows no account's key.
/// </summary>
internal static class ServiceAccountJwt
{
    private const int MaxSeconds = 3600;

    private static readonly string[] s_audiences = ["https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token"];

    /// <summary>What is wrong with one that is exchanged, or null.</summary>
    /// <param name="ownAudience">The address of this token endpoint.</param>
    public static string? ProblemOfAssertion(string assertion, string ownAudience)
    {
        var (claims, problem) = Read(assertion);
        return claims is not { } read ? problem
            : read.FieldText("aud") is not { } audience || (audience != ownAudience && !s_audiences.Contains(audience)) ? $"aud '{read.FieldText("aud")}' is not this token endpoint."
            : read.FieldText("scope") is not { Length: > 0 } && read.FieldText("target_audience") is not { Length: > 0 } ? "scope is missing, and target_audience too."
            : null;
    }

    /// <summary>For whom an identity token is asked, in place of an access token; null when none is.</summary>
    public static string? TargetAudience(string assertion) => Read(assertion).Claims is { } claims && claims.FieldText("target_audience") is { Length: > 0 } audience ? audience : null;

    /// <summary>Whether one may be sent as the token: it names its scopes, or the API it is for.</summary>
    public static bool IsToken(string token) =>
        Read(token).Claims is { } claims && (claims.FieldText("scope") is { Length: > 0 } || claims.FieldText("aud") is { Length: > 0 });

    private static (JsonElement? Claims, string? Problem) Read(string jwt)
    {
        var parts = jwt.Split('.');
        if (parts.Length != 3 || parts[2].Length == 0 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } claims)
        {
            return (null, "The assertion is not a signed JWT.");
        }

        if (header.FieldText("alg") != "RS256")
        {
            return (null, "The assertion must be signed with RS256.");
        }

        if (claims.FieldText("iss") is not { Length: > 0 })
        {
            return (null, "iss, the account's e-mail address, is missing.");
        }

        return Seconds(claims, "iat") is { } from && Seconds(claims, "exp") is { } to && to > from && to - from <= MaxSeconds
            ? (claims, null)
            : (null, $"exp must be after iat by at most {MaxSeconds} seconds.");
    }

    private static long? Seconds(JsonElement claims, string name) =>
        claims.HasField(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;

    private static JsonElement? Decode(string part)
    {
        try
        {
            var json = JsonElement.Parse(Base64Url.DecodeFromChars(part));
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
