using System.Runtime.InteropServices;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>Copies values as the bytes they are, so that numbers keep their digits and half a surrogate pair, which a cut answer may end in, is no obstacle.</summary>
internal static class JsonCopy
{
    public static void Copy(this Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.Copy(value);
    }

    public static void Copy(this Utf8JsonWriter json, JsonElement value) => json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    /// <summary>Writes the member when there is a value.</summary>
    public static void CopyIfAny(this Utf8JsonWriter json, string name, JsonElement? value)
    {
        if (value is { } given)
        {
            json.Copy(name, given);
        }
    }

    public static void WriteRaw(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    /// <summary>Several strings as one.</summary>
    public static void Join(this Utf8JsonWriter json, string name, IReadOnlyList<JsonElement> texts)
    {
        json.WritePropertyName(name);
        if (texts.Count == 1)
        {
            json.Copy(texts[0]);
            return;
        }

        var joined = new System.Buffers.ArrayBufferWriter<byte>();
        joined.Write("\""u8);
        foreach (JsonElement text in texts)
        {
            joined.Write(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        }

        joined.Write("\""u8);
        json.WriteRawValue(joined.WrittenSpan, skipInputValidation: true);
    }

    /// <summary>Whether a string holds anything.</summary>
    public static bool IsEmptyText(this JsonElement value) => value.ValueKind == JsonValueKind.String && JsonMarshal.GetRawUtf8Value(value).Length == 2;

    /// <summary>Whether a string is <paramref name="word"/>.</summary>
    public static bool Is(this JsonElement value, string word) => value.ValueKind == JsonValueKind.String && value.ValueEquals(word);

    private static void Write(this System.Buffers.ArrayBufferWriter<byte> writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}
