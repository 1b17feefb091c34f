using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>
/// Marks of what is worth caching in a request of Anthropic's. A job's row with such marks is refused, and nothing is cached there; without
/// them it is answered the same.
/// </summary>
internal static class CacheMarks
{
    /// <summary>Where they stand. What belongs to a tool, its schema and its input, is somebody else's JSON and is passed over.</summary>
    public static IReadOnlyList<ByteRange> Find(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("cache_control"u8) < 0)
        {
            return [];
        }

        var marks = new List<ByteRange>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            int start = (int)reader.TokenStartIndex;
            if (JsonText.NameIs(ref reader, "cache_control"u8))
            {
                reader.Read();
                reader.Skip();
                marks.Add(new ByteRange(start, (int)reader.BytesConsumed - start));
            }
            else if (JsonText.NameIs(ref reader, "input"u8) || JsonText.NameIs(ref reader, "input_schema"u8) || JsonText.NameIs(ref reader, "schema"u8))
            {
                reader.Read();
                reader.Skip();
            }
        }

        return marks;
    }
}
