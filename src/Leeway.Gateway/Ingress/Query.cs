using System.Globalization;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress;

/// <summary>
/// Reads query parameters; what cannot be read throws <see cref="BadQueryException"/>, which becomes a refusal. A parameter the route does
/// not have is refused too: a misspelt filter would list everything.
/// </summary>
internal sealed class Query
{
    public const int MaxLimit = 1000;

    private static readonly string[] s_instantForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
    private readonly IQueryCollection _query;

    public Query(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach ((string name, var values) in query)
        {
            if (!known.Contains(name))
            {
                throw new BadQueryException(name, values.ToString(), $"left out: this route knows {string.Join(", ", known)}");
            }
        }
    }

    public string? Text(string name) => _query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    /// <summary><c>true</c> or <c>false</c>; false when it is not said.</summary>
    public bool Flag(string name) => OneOf(name, "false", "true") == "true";

    /// <summary>One of some words; the first when it is not said.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> words) => Text(name) is not { } text ? words[0]
        : words.Contains(text) ? text
        : throw new BadQueryException(name, text, $"one of {string.Join(", ", words)}");

    /// <summary>A whole number within bounds; null when it is not said.</summary>
    public int? Number(string name, int least, int most) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : throw new BadQueryException(name, text, $"a whole number from {least} to {most}");

    public int Limit(int fallback = 20, int max = MaxLimit)
    {
        if (Text("limit") is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit >= 1 && limit <= max
            ? limit
            : throw new BadQueryException("limit", text, $"a whole number from 1 to {max}");
    }

    public T? Id<T>(string name, Parser<T> parse, string example)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return parse(text, out T id) ? id : throw new BadQueryException(name, text, $"an id such as {example}");
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        return HasZone(text) && DateTimeOffset.TryParseExact(text.Replace(' ', '+'), s_instantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            ? instant
            : throw new BadQueryException(name, text, "an RFC 3339 instant such as 2026-11-24T07:00:00Z");
    }

    public T? Name<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? ParseName<T>(name, text) : null;

    public IReadOnlyList<T>? Names<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => ParseName<T>(name, part))] : null;

    private static bool HasZone(string text) => text[^1] == 'Z' || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-' or ' ');

    public delegate bool Parser<T>(ReadOnlySpan<char> text, out T value);

    private static T ParseName<T>(string name, string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (Json.Name(value) == text)
            {
                return value;
            }
        }

        throw new BadQueryException(name, text, $"one of {string.Join(", ", Enum.GetValues<T>().Select(Json.Name))}");
    }
}

/// <summary>A query parameter that cannot be read.</summary>
internal sealed class BadQueryException(string field, string value, string wanted) : Exception
{
    public Problem Problem { get; } = new()
    {
        Code = "invalid_parameter",
        Message = $"The parameter '{Short.Of(field)}' must be {wanted}; got '{Short.Of(value)}'.",
        Field = Short.Of(field),
        Value = Short.Of(value),
        Remedy = "Nothing was changed.",
    };
}
