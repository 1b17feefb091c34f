using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>What a caller claims by Signature Version 4, in the <c>Authorization</c> header or in the query of a presigned URL.</summary>
internal sealed record Signature(string AccessKey, string Date, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Value)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const string Terminator = "aws4_request";

    /// <summary><c>yyyyMMdd'T'HHmmss'Z'</c> as sent; null when no date came.</summary>
    public string? At { get; init; }

    /// <summary>How long a presigned URL is good; null in a header.</summary>
    public TimeSpan? Expires { get; init; }

    public bool IsPresigned => Expires is not null;

    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>True when the call is signed in either way, well or not.</summary>
    public static bool IsSigned(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Algorithm, StringComparison.Ordinal) || request.Query.ContainsKey("X-Amz-Algorithm");

    /// <summary>Null when the call is not signed, or parts are missing or malformed.</summary>
    public static Signature? Read(HttpRequest request) =>
        !IsSigned(request) ? null : request.Query.ContainsKey("X-Amz-Algorithm") ? ReadQuery(request.Query) : ReadHeader(request.Headers);

    public static DateTimeOffset? ParseDate(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static Signature? ReadHeader(IHeaderDictionary headers)
    {
        var parts = headers.Authorization.ToString()[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key, pair => pair.First()[1], StringComparer.Ordinal);
        return parts.TryGetValue("Credential", out var credential) && parts.TryGetValue("SignedHeaders", out var signed) && parts.TryGetValue("Signature", out var value)
            ? Of(credential, signed, value, DateOf(headers), expires: null)
            : null;
    }

    private static Signature? ReadQuery(IQueryCollection query) =>
        query["X-Amz-Algorithm"] == Algorithm && int.TryParse(query["X-Amz-Expires"], CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 604_800
            ? Of(query["X-Amz-Credential"].ToString(), query["X-Amz-SignedHeaders"].ToString(), query["X-Amz-Signature"].ToString(), query["X-Amz-Date"], TimeSpan.FromSeconds(seconds))
            : null;

    private static Signature? Of(string credential, string signed, string value, string? at, TimeSpan? expires) =>
        credential.Split('/') is [.. var key, var date, var region, var service, Terminator] && key.Length > 0 && signed.Length > 0 && value.Length > 0
            ? new Signature(string.Join('/', key), date, region, service, signed.Split(';'), value) { At = at, Expires = expires }
            : null;

    /// <summary><c>x-amz-date</c>, else <c>Date</c> in the form of HTTP.</summary>
    private static string? DateOf(IHeaderDictionary headers) =>
        headers["x-amz-date"].ToString() is { Length: > 0 } date ? date
        : DateTimeOffset.TryParseExact(headers.Date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? AwsInstants.Basic(at)
        : null;
}
