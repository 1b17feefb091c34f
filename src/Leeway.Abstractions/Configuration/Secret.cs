using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway;

/// <summary>A credential that cannot be printed or serialised by accident; its text comes out through <see cref="Reveal"/> only.</summary>
[JsonConverter(typeof(RedactingConverter))]
public sealed class Secret(string value, string origin) : IEquatable<Secret>
{
    private const string Redacted = "***";

    /// <summary>Where the text came from, such as <c>env:OPENAI_API_KEY</c>, <c>file:/run/secrets/key</c> or <c>literal</c>.</summary>
    public string Origin { get; } = origin;

    public int Length => value.Length;

    public string Reveal() => value;

    public bool Equals(Secret? other) => other is not null && other.Reveal() == value && other.Origin == Origin;

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => Origin.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Redacted;

    private sealed class RedactingConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException("A secret is not read from JSON.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Redacted);
    }
}
