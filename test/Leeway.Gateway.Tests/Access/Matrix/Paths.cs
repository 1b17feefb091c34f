using System.Globalization;
using System.Text.RegularExpressions;

namespace Leeway.Gateway.Tests.Access.Matrix;

/// <summary>Routes with an id in them, and everything an id can be made to look like.</summary>
internal static partial class Paths
{
    /// <summary>The route with <paramref name="id"/> in place of its parameter.</summary>
    public static string Put(string route, string id) => Parameter().Replace(route, id, 1);

    /// <summary>The paths under which somebody might look for <paramref name="id"/>, by what was done to it.</summary>
    public static IEnumerable<(string Trick, string Path)> Of(string route, string id)
    {
        string plain = Put(route, id);
        string parent = route[..route.IndexOf('{', StringComparison.Ordinal)].TrimEnd('/');
        string last = parent[(parent.LastIndexOf('/') + 1)..];
        yield return ("as it is", plain);
        yield return ("upper case", Put(route, id.ToUpperInvariant()));
        yield return ("encoded", Put(route, Encoded(id)));
        yield return ("encoded twice", Put(route, Encoded(id).Replace("%", "%25", StringComparison.Ordinal)));
        yield return ("trailing slash", plain + "/");
        yield return ("two slashes", plain.Replace("/" + id, "//" + id, StringComparison.Ordinal));
        yield return ("..%2f", Put(route, $"..%2f{last}%2f{id}"));
        yield return ("%2e%2e/", Put(route, $"x/%2e%2e/{id}"));
        yield return ("..;/", Put(route, $"..;/{last}/{id}"));
        yield return ("NUL behind", Put(route, id + "%00"));
        yield return ("query behind", Put(route, id + "%3fteam=blue"));
        yield return ("team in the query", plain + "?team=blue");
        yield return ("capital route", plain.Replace(parent, parent.ToUpperInvariant(), StringComparison.Ordinal));
        yield return ("deadline base", "/by/6h" + plain);
    }

    /// <summary>The id after this one.</summary>
    public static string Next(string id)
    {
        char last = id[^1];
        return id[..^1] + (char.IsAsciiHexDigitLower(last) ? ((Convert.ToInt32($"{last}", 16) + 1) & 15).ToString("x", CultureInfo.InvariantCulture) : last == 'A' ? "B" : "A");
    }

    private static string Encoded(string id) => string.Concat(id.Select(letter => $"%{(int)letter:X2}"));

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
