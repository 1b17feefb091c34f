using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Storage.Files;

/// <summary>Reports as they are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchFileReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    public static string Write(BatchFileReport report) => JsonSerializer.Serialize(report, Default.BatchFileReport);

    public static BatchFileReport? Read(string json) => JsonSerializer.Deserialize(json, Default.BatchFileReport);
}
