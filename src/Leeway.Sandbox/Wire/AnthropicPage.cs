using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Wire;

/// <summary>One page of a list with Anthropic's cursors: <c>after_id</c> goes on, <c>before_id</c> goes back.</summary>
internal sealed record AnthropicPage<T>(IReadOnlyList<T> Objects, bool HasMore)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public static (AnthropicPage<T>? Page, ApiError? Error) Cut(HttpRequest request, IReadOnlyList<T> all, Func<T, string> id)
    {
        var limit = DefaultLimit;
        if (request.Query["limit"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > MaxLimit))
        {
            return (null, ApiError.Bad("limit", $"Input should be from 1 to {MaxLimit}"));
        }

        var after = request.Query["after_id"].ToString();
        var before = request.Query["before_id"].ToString();
        if (after.Length > 0 && before.Length > 0)
        {
            return (null, new ApiError(400, "Only one of after_id and before_id may be given."));
        }

        var cursor = after + before;
        var at = cursor.Length == 0 ? -1 : all.TakeWhile(one => id(one) != cursor).Count();
        if (at == all.Count)
        {
            return (null, ApiError.Bad(after.Length > 0 ? "after_id" : "before_id", $"no object has the id '{cursor}'"));
        }

        if (before.Length == 0)
        {
            return (new AnthropicPage<T>([.. all.Skip(at + 1).Take(limit)], all.Count - at - 1 > limit), null);
        }

        var start = Math.Max(0, at - limit);
        return (new AnthropicPage<T>([.. all.Skip(start).Take(at - start)], start > 0), null);
    }

    public void WriteTo(Utf8JsonWriter json, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var one in Objects)
        {
            write(json, one);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", HasMore);
        json.WriteString("first_id", Objects.Count == 0 ? null : id(Objects[0]));
        json.WriteString("last_id", Objects.Count == 0 ? null : id(Objects[^1]));
        json.WriteEndObject();
    }
}
