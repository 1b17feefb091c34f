using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Gateway.Problems;

/// <summary>JSON as our own routes write it: snake_case, money as decimal strings, instants RFC 3339 UTC.</summary>
internal static class Json
{
    // Answers are no HTML: letters of every script stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A buffer that grew for one large answer is not kept.
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        // Taken, not borrowed: what writes may come here again.
        ArrayBufferWriter<byte> buffer = t_buffer ?? new ArrayBufferWriter<byte>(2048);
        t_buffer = null;
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        byte[] written = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        t_buffer = buffer.Capacity <= MostKept ? buffer : null;
        return written;
    }

    public static void WriteMoney(this Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } money)
        {
            json.WriteString(name, Money(money));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteInstant(this Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } instant)
        {
            json.WriteString(name, Instant(instant));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Copies a value as the bytes it is, so that half a surrogate pair, which a cut answer may end in, is no obstacle.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    /// <summary>A decimal without trailing zeros.</summary>
    public static string Money(decimal value)
    {
        if (value == 0)
        {
            return "0";
        }

        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        ReadOnlySpan<char> written = text[..length];
        return (written.Contains('.') ? written.TrimEnd('0').TrimEnd('.') : written).ToString();
    }

    public static string Instant(DateTimeOffset value) =>
        value.UtcDateTime.ToString(value.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An enum's value as the API writes it: snake_case, <c>RealTime</c> being one word there.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => value switch
        {
            Lane.RealTime => "realtime",
            Lane.SelfHosted => "selfhosted",
            _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()),
        };
}
