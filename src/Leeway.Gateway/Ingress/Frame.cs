using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress;

/// <summary>The members of a JSON object around a request: of a run's line, of a message. What stands inside them is another reader's business.</summary>
internal sealed class Frame
{
    private readonly Dictionary<string, Part> _members = new(StringComparer.Ordinal);

    /// <summary>Why the text is no JSON object, for people; null when it is one.</summary>
    public string? Fault { get; private init; }

    /// <summary>A member that occurs more than once, shortened; null when none does.</summary>
    public string? Twice { get; private set; }

    /// <summary>The names of its members.</summary>
    public IReadOnlyCollection<string> Names => _members.Keys;

    /// <summary>Reads a text. What was read before a fault is kept.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What it is, for people: <c>line</c>.</param>
    public static Frame Read(ReadOnlySpan<byte> text, string what)
    {
        var members = new Frame();
        try
        {
            // How deep a body may be nested is its scan's business.
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return members.At($"The {what} must be a JSON object.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                (int start, JsonTokenType token) = ((int)reader.TokenStartIndex, reader.TokenType);
                string? word = token == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
                if (!members._members.TryAdd(name, new Part(token, new ByteRange(start, (int)reader.BytesConsumed - start), word)))
                {
                    members.Twice ??= Short.Of(name);
                }
            }

            // Anything after the object is not a part of it.
            reader.Read();
            return members;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            var place = exception as JsonException;
            string line = place?.LineNumber is > 0 and var number ? $"line {number + 1}, " : "";
            return members.At($"The {what} is not JSON ({line}column {(place?.BytePositionInLine ?? 0) + 1}).");
        }
    }

    /// <summary>A member's text; null when it is missing or no string.</summary>
    public string? Word(string name) => _members.GetValueOrDefault(name).Word;

    /// <summary>The bytes of a member; empty when it is missing.</summary>
    public ByteRange Range(string name) => _members.GetValueOrDefault(name).Range;

    /// <summary>What a member is; <see cref="JsonTokenType.None"/> when it is missing.</summary>
    public JsonTokenType Token(string name) => _members.GetValueOrDefault(name).Token;

    private Frame At(string fault)
    {
        var copy = new Frame { Fault = fault, Twice = Twice };
        foreach ((string name, Part part) in _members)
        {
            copy._members.Add(name, part);
        }

        return copy;
    }

    private readonly record struct Part(JsonTokenType Token, ByteRange Range, string? Word);
}
