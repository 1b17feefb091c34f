using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Bedrock;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox;

/// <summary>
/// The first 16 hex digits of SHA-256 over a prompt's canonical text in UTF-8. Answers carry it, so a client that recomputes it sees a wrong pairing.
/// </summary>
/// <remarks>
/// Chat: each message as <c>role:text</c>, joined by <c>\n</c>; the text is the string content, or the text parts concatenated. The developer's role is the system's.
/// Messages: the same lines, first the system's, if there is one; a tool result is a line <c>tool:text</c> before the rest of its message. So a conversation
/// keeps its digest when it is translated.
/// GenerateContent: the same lines; the model's role is the assistant's, thoughts are left out, and a function's response is a line <c>tool:text</c>: the text of
/// <c>output</c>, <c>result</c>, <c>content</c> or <c>error</c> when that is all it holds, else the response as JSON.
/// Converse: as Messages.
/// Responses: the same lines again, first the instructions as the system's; a call is the assistant's, its output the tool's. What an earlier response holds
/// stands before the input.
/// Embeddings and completions: the inputs joined by <c>\n</c>; a token array is its numbers joined by a space. So are Titan's text and Cohere's texts at Bedrock.
/// </remarks>
public static class PromptDigest
{
    public static string OfChat(JsonElement body) => SandboxLedger.DigestText(Hash(ChatText(body)));

    public static string OfGenerateContent(JsonElement body) => SandboxLedger.DigestText(Hash(GenerateText.Of(body)));

    public static string OfEmbedContent(JsonElement body) => SandboxLedger.DigestText(Hash(GenerateText.PartsText(body.GetProperty("content"))));

    public static string OfMessages(JsonElement body) => SandboxLedger.DigestText(Hash(MessagesText.Of(body)));

    /// <param name="body">Of Converse, or the <c>modelInput</c> of a row of that type.</param>
    public static string OfConverse(JsonElement body) => SandboxLedger.DigestText(Hash(ConverseText.Of(body)));

    public static string OfEmbeddings(JsonElement body) => SandboxLedger.DigestText(Hash(string.Join('\n', Texts(body.GetProperty("input")))));

    public static string OfCompletion(JsonElement body) => SandboxLedger.DigestText(Hash(string.Join('\n', Texts(body.GetProperty("prompt")))));

    /// <exception cref="ArgumentException">The input is none the API takes, or answers a call of an earlier response.</exception>
    public static string OfResponse(JsonElement body)
    {
        var (conversation, error) = ResponseConversation.Read(body, earlier: null);
        return conversation is null ? throw new ArgumentException(error!.Message, nameof(body)) : SandboxLedger.DigestText(conversation.DigestAfter(body));
    }

    /// <summary>The text of one message's content.</summary>
    internal static string ContentText(JsonElement message) => message.TryGetProperty("content", out var content) ? TextOf(content) : "";

    /// <summary>A string, or the texts of an array of parts.</summary>
    internal static string TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray()
            .Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            .Select(part => part.GetProperty("text").GetString())),
        _ => "",
    };

    /// <summary>A hash per image of a message: of its base64 text, else of its address.</summary>
    internal static IEnumerable<ulong> Images(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
            ? content.EnumerateArray().Select(PartImage).OfType<string>().Select(Hash)
            : [];

    private static string? PartImage(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Chat nests the address, Responses does not, Messages has a source.
        var address = !part.TryGetProperty("image_url", out var image) ? null
            : image.ValueKind == JsonValueKind.String ? image.GetString()
            : image.ValueKind == JsonValueKind.Object ? image.StringOrNull("url") : null;
        if (address is null && part.StringOrNull("type") == "image" && part.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object)
        {
            return source.StringOrNull("data") ?? source.StringOrNull("url") ?? source.StringOrNull("file_id");
        }

        const string Marker = ";base64,";
        return address?.IndexOf(Marker, StringComparison.Ordinal) is > 0 and var at && address.StartsWith("data:", StringComparison.Ordinal)
            ? address[(at + Marker.Length)..]
            : address;
    }

    internal static string RoleOf(string role) => role == "developer" ? "system" : role;

    internal static string ChatText(JsonElement body)
    {
        var text = new StringBuilder();
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(RoleOf(message.GetProperty("role").GetString()!)).Append(':').Append(ContentText(message));
        }

        return text.ToString();
    }

    /// <summary>The texts of an embeddings' input or a completion's prompt: a string, tokens, or an array of either.</summary>
    internal static IReadOnlyList<string> Texts(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return [input.GetString()!];
        }

        return input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number
            ? [TokenText(input)]
            : [.. input.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : TokenText(one))];
    }

    /// <summary>Tokens of all texts; null when the input is none of the allowed shapes.</summary>
    internal static long? CountTexts(JsonElement input, int max)
    {
        if (input.ValueKind != JsonValueKind.Array || (input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number))
        {
            return CountText(input);
        }

        if (input.GetArrayLength() == 0 || input.GetArrayLength() > max)
        {
            return null;
        }

        long total = 0;
        foreach (var one in input.EnumerateArray())
        {
            if (CountText(one) is not { } tokens)
            {
                return null;
            }

            total += tokens;
        }

        return total;
    }

    private static long? CountText(JsonElement text) => text.ValueKind switch
    {
        JsonValueKind.String when text.GetString() is { Length: > 0 } words => TokenCounter.Count(words),
        JsonValueKind.Array when text.GetArrayLength() > 0 && text.EnumerateArray().All(token => token.ValueKind == JsonValueKind.Number) => text.GetArrayLength(),
        _ => null,
    };

    internal static ulong Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private static string TokenText(JsonElement tokens) => string.Join(' ', tokens.EnumerateArray().Select(token => token.GetRawText()));
}
