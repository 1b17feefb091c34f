using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Sandbox.Faults;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Dictionary<string, FaultSetting>))]
[JsonSerializable(typeof(Dictionary<string, FaultReport>))]
internal sealed partial class FaultJson : JsonSerializerContext;

/// <summary>A fault as <c>GET /sandbox/faults</c> shows it.</summary>
internal sealed record FaultReport(long Hits, int Next, double Probability, string? Route, double? RetryAfter, int? Status, double? Seconds, int? AfterChunks);
