using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Advisor;

/// <summary>The JSON of <c>leeway advise --json</c>: snake_case, amounts as decimal strings in USD, instants RFC 3339, durations in seconds.</summary>
public static class AdviceJson
{
    private static readonly AdviceJsonContext s_context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new AmountConverter(), new SecondsConverter(), new JsonStringEnumConverter<Priority>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<Profile.ClassKind>(JsonNamingPolicy.SnakeCaseLower),
        },
    });

    /// <summary>One object.</summary>
    public static string Write(AdviceResult result) => JsonSerializer.Serialize(result, s_context.AdviceResult);

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static AdviceResult Read(string json) => JsonSerializer.Deserialize(json, s_context.AdviceResult) ?? throw new JsonException("The advice is null.");

    private sealed class AmountConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            decimal.Parse(reader.GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture);

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("0.############################", CultureInfo.InvariantCulture));
    }

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
    }
}
