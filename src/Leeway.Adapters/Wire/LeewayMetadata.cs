using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>The two members of <c>metadata</c> that speak to us and not to the provider.</summary>
internal static class LeewayMetadata
{
    public static ReadOnlySpan<byte> Deadline => "leeway_deadline"u8;

    public static ReadOnlySpan<byte> Priority => "leeway_priority"u8;

    /// <summary>
    /// Where they stand, to be removed; or all of <c>metadata</c> when nothing else is in it, because some endpoints refuse metadata on
    /// calls that are not stored. A body without them costs one search.
    /// </summary>
    public static ByteRange[] Find(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"leeway_"u8) < 0)
        {
            return [];
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            bool isMetadata = JsonText.NameIs(ref reader, "metadata"u8);
            reader.Read();
            if (isMetadata && reader.TokenType == JsonTokenType.StartObject)
            {
                return FindIn(start, ref reader);
            }

            reader.Skip();
        }

        return [];
    }

    private static ByteRange[] FindIn(int metadataStart, ref Utf8JsonReader reader)
    {
        var ours = new List<ByteRange>();
        bool others = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            bool isOurs = JsonText.NameIs(ref reader, Deadline) || JsonText.NameIs(ref reader, Priority);
            reader.Read();
            reader.Skip();
            others |= !isOurs;
            if (isOurs)
            {
                ours.Add(new ByteRange(start, (int)reader.BytesConsumed - start));
            }
        }

        return ours.Count == 0 || others ? [.. ours] : [new ByteRange(metadataStart, (int)reader.BytesConsumed - metadataStart)];
    }
}
