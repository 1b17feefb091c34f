using System.Text;

namespace Leeway.Adapters.Aws;

/// <summary>A request in the one form that is signed.</summary>
internal readonly struct CanonicalRequest
{
    private CanonicalRequest(string text, string signedHeaders)
    {
        Text = text;
        SignedHeaders = signedHeaders;
    }

    /// <summary>The canonical text.</summary>
    public string Text { get; }

    /// <summary>Names of the signed headers, sorted, between semicolons.</summary>
    public string SignedHeaders { get; }

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">
    /// The path to be encoded once more: as on the wire for every service but S3, so that a model's <c>%3A</c> becomes <c>%253A</c>; as it
    /// was before encoding for S3.
    /// </param>
    /// <param name="query">The query as on the wire, without its question mark.</param>
    /// <param name="headers">Headers to sign; names in any case.</param>
    /// <param name="contentHash">The content's SHA-256 in hexadecimal.</param>
    public static CanonicalRequest Create(string method, string path, string query, IEnumerable<KeyValuePair<string, string>> headers, string contentHash)
    {
        KeyValuePair<string, string>[] sorted = [.. headers
            .Select(static header => KeyValuePair.Create(header.Key.ToLowerInvariant(), Trim(header.Value)))
            .OrderBy(static header => header.Key, StringComparer.Ordinal)];
        string names = string.Join(';', sorted.Select(static header => header.Key));
        var text = new StringBuilder(256);
        text.Append(method).Append('\n').Append(Encode(path, keepSlash: true)).Append('\n').Append(SortQuery(query)).Append('\n');
        foreach ((string name, string value) in sorted)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        text.Append('\n').Append(names).Append('\n').Append(contentHash);
        return new CanonicalRequest(text.ToString(), names);
    }

    /// <summary>Percent-encodes every byte of the UTF-8 form but letters, digits and <c>-._~</c>.</summary>
    public static string Encode(string text, bool keepSlash)
    {
        var output = new StringBuilder(text.Length + 16);
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            char c = (char)one;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' || (keepSlash && c == '/'))
            {
                output.Append(c);
            }
            else
            {
                output.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return output.Length == 0 && keepSlash ? "/" : output.ToString();
    }

    /// <summary>Parameters by their encoded name, then value; each has an equals sign.</summary>
    private static string SortQuery(string query)
    {
        if (query.Length == 0)
        {
            return "";
        }

        IEnumerable<(string Name, string Value)> pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static pair =>
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (Recode(pair), "") : (Recode(pair[..equals]), Recode(pair[(equals + 1)..]));
        });
        return string.Join('&', pairs.OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal).Select(static pair => $"{pair.Name}={pair.Value}"));
    }

    private static string Recode(string part) => Encode(Uri.UnescapeDataString(part), keepSlash: false);

    /// <summary>A value without white space around it, and with single spaces within.</summary>
    private static string Trim(string value) => string.Join(' ', value.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
