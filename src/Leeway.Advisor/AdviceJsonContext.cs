using System.Text.Json.Serialization;

namespace Leeway.Advisor;

[JsonSerializable(typeof(AdviceResult))]
internal sealed partial class AdviceJsonContext : JsonSerializerContext;
