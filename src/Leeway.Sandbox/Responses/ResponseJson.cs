using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Sandbox.Responses;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ResponseTextInput))]
internal sealed partial class ResponseJson : JsonSerializerContext;

/// <summary>A plain string of input, as an item.</summary>
internal sealed record ResponseTextInput(string Type, string Role, ResponseTextPart[] Content);

internal sealed record ResponseTextPart(string Type, string Text);
