using System.Text.Json;

namespace Leeway.Sandbox.Answers;

/// <summary>A function the caller offers.</summary>
/// <param name="Schema">Of its input; anything but an object means no input.</param>
internal sealed record ToolOffer(string Name, JsonElement Schema);

/// <summary>A function the model calls, with its input as JSON.</summary>
internal sealed record ToolCall(string Id, string Name, string Input);

internal enum ToolMode
{
    Auto,
    None,
    Any,
    One,
}
