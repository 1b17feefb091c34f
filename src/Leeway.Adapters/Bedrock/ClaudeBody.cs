using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock;

/// <summary>A request of Anthropic's Messages as Bedrock wants it: the version within, the model and the wish for a stream in the address instead.</summary>
internal static class ClaudeBody
{
    private static readonly byte[] s_version = "\"anthropic_version\":\"bedrock-2023-05-31\""u8.ToArray();

    private static readonly byte[] s_versionAndComma = [.. s_version, (byte)','];

    /// <summary>What to change; all other bytes stay.</summary>
    /// <param name="body">The request.</param>
    /// <param name="more">Further members that go, which stand within those at the top or are all that they hold.</param>
    public static BodyEdits Edit(ReadOnlySpan<byte> body, IReadOnlyList<ByteRange>? more = null)
    {
        var edits = new BodyEdits();
        ByteRange[] ours = [.. LeewayMetadata.Find(body), .. more ?? []];
        var members = new List<ByteRange>(ours);
        bool stays = false;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        reader.Read();
        int begin = (int)reader.BytesConsumed;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            bool goes = JsonText.NameIs(ref reader, "model"u8) || JsonText.NameIs(ref reader, "stream"u8)
                || JsonText.NameIs(ref reader, "service_tier"u8) || JsonText.NameIs(ref reader, "anthropic_version"u8);
            reader.Read();
            reader.Skip();
            stays |= !goes && !ours.Any(range => range.Start == start);
            if (goes)
            {
                members.Add(new ByteRange(start, (int)reader.BytesConsumed - start));
            }
        }

        edits.Replace(new ByteRange(begin, 0), stays ? s_versionAndComma : s_version);
        edits.RemoveMembers(body, [.. members]);
        return edits;
    }
}
