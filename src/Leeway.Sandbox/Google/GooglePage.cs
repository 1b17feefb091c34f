using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Google;

/// <summary>One page of a list with Google's cursor: the token names the last object already given.</summary>
internal sealed record GooglePage<T>(IReadOnlyList<T> Objects, string? NextToken)
{
    /// <param name="sizeName">Of the query parameter with the size.</param>
    /// <param name="max">Larger sizes are cut to it.</param>
    public static (GooglePage<T>? Page, ApiError? Error) Cut(HttpRequest request, IReadOnlyList<T> all, Func<T, string> id, int defaultSize, int max, string sizeName = "pageSize")
    {
        var size = defaultSize;
        if (request.Query[sizeName].ToString() is { Length: > 0 } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < 1))
        {
            return (null, ProtoJson.Invalid($"{sizeName}: '{text}' is no size of a page.", sizeName));
        }

        size = Math.Min(size, max);
        var start = 0;
        if (request.Query["pageToken"].ToString() is { Length: > 0 } token)
        {
            start = 1 + all.TakeWhile(one => TokenOf(id(one)) != token).Count();
            if (start > all.Count)
            {
                return (null, ProtoJson.Invalid($"pageToken: '{token}' is no token of this list.", "pageToken"));
            }
        }

        IReadOnlyList<T> objects = [.. all.Skip(start).Take(size)];
        return (new GooglePage<T>(objects, start + size < all.Count ? TokenOf(id(objects[^1])) : null), null);
    }

    private static string TokenOf(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));
}
