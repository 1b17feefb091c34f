using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Leeway.Sandbox.Aws;

/// <summary>The text of a call that Signature Version 4 signs: method, path, query, headers, names of the headers, hash of the body.</summary>
internal static partial class CanonicalRequest
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <param name="payload">Hash of the body, or the word that stands for it.</param>
    public static string Of(HttpRequest request, Signature signature, string payload)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
        var text = new StringBuilder(request.Method).Append('\n');

        // S3 signs a path encoded once, as it travels; every other service encodes what travels once more.
        text.Append(signature.Service == "s3" ? Encode(Uri.UnescapeDataString(path), keepSlash: true) : Encode(Normalize(path), keepSlash: true)).Append('\n');
        text.Append(Query(query)).Append('\n');
        foreach (var name in signature.SignedHeaders)
        {
            text.Append(name).Append(':').Append(HeaderOf(request, name)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', signature.SignedHeaders).Append('\n').Append(payload).ToString();
    }

    private static string Query(string query)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Name: Encode(Decode(pair[0]), keepSlash: false), Value: pair.Length == 2 ? Encode(Decode(pair[1]), keepSlash: false) : ""))
            .Where(pair => pair.Name != "X-Amz-Signature")
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal);
        return string.Join('&', pairs.Select(pair => $"{pair.Name}={pair.Value}"));
    }

    /// <summary>Values of a repeated header in the order sent; runs of spaces are one.</summary>
    private static string HeaderOf(HttpRequest request, string name) =>
        string.Join(',', request.Headers[name].Select(value => Spaces().Replace(value!.Trim(), " ")));

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    /// <summary>Without empty, <c>.</c> and <c>..</c> segments.</summary>
    private static string Normalize(string path)
    {
        List<string> kept = [];
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            }
            else if (segment != ".")
            {
                kept.Add(segment);
            }
        }

        return kept.Count == 0 ? "/" : $"/{string.Join('/', kept)}{(path.EndsWith('/') ? "/" : "")}";
    }

    public static string Encode(string text, bool keepSlash)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            if (Unreserved.Contains((char)one, StringComparison.Ordinal) || (keepSlash && one == '/'))
            {
                encoded.Append((char)one);
            }
            else
            {
                encoded.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
