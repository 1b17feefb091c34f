using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Wire;

/// <summary>One page of a list with OpenAI's cursor: <c>after</c> is the id of the last object already seen.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Objects, bool HasMore)
{
    public static (Page<T>? Page, ApiError? Error) Cut(HttpRequest request, IReadOnlyList<T> all, Func<T, string> id, int defaultLimit, int maxLimit)
    {
        var limit = defaultLimit;
        if (request.Query["limit"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > maxLimit))
        {
            return (null, ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 1 to {maxLimit}, got '{text}'."));
        }

        var start = 0;
        if (request.Query["after"].ToString() is { Length: > 0 } after)
        {
            while (start < all.Count && id(all[start]) != after)
            {
                start++;
            }

            if (start++ == all.Count)
            {
                return (null, ApiError.Invalid("after", $"Invalid 'after': no object has the id '{after}'."));
            }
        }

        return (new Page<T>([.. all.Skip(start).Take(limit)], all.Count - start > limit), null);
    }

    public void WriteTo(Utf8JsonWriter json, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var one in Objects)
        {
            write(json, one);
        }

        json.WriteEndArray();
        json.WriteString("first_id", Objects.Count == 0 ? null : id(Objects[0]));
        json.WriteString("last_id", Objects.Count == 0 ? null : id(Objects[^1]));
        json.WriteBoolean("has_more", HasMore);
        json.WriteEndObject();
    }
}
