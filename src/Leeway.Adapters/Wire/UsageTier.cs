using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>The vendors' names of the tier that served an answer.</summary>
internal static class UsageTier
{
    /// <summary>
    /// The tier by the value before which <paramref name="reader"/> stands: a text, or an object with <c>type</c> as Bedrock writes it. A name that
    /// is not known, and a batch's, leave the lane to decide.
    /// </summary>
    public static ServedTier Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        ServedTier tier = ServedTier.Untold;
        if (reader.TokenType == JsonTokenType.String)
        {
            tier = Named(reader.ValueSpan);
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isType = JsonText.NameIs(ref reader, "type"u8);
                reader.Read();
                tier = isType && reader.TokenType == JsonTokenType.String ? Named(reader.ValueSpan) : tier;
                reader.Skip();
            }
        }

        reader.Skip();
        return tier;
    }

    private static ServedTier Named(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("default"u8) || name.SequenceEqual("standard"u8) || name.SequenceEqual("scale"u8) || name.SequenceEqual("reserved"u8)
            || name.SequenceEqual("ON_DEMAND"u8) || name.SequenceEqual("PROVISIONED_THROUGHPUT"u8) ? ServedTier.Standard
        : name.SequenceEqual("flex"u8) || name.SequenceEqual("ON_DEMAND_FLEX"u8) ? ServedTier.Flex
        : name.SequenceEqual("priority"u8) || name.SequenceEqual("fast"u8) || name.SequenceEqual("ON_DEMAND_PRIORITY"u8) ? ServedTier.Priority
        : name.SequenceEqual("ultrafast"u8) ? ServedTier.Unlisted
        : ServedTier.Untold;
}
