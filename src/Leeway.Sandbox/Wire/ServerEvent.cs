using System.Text.Json;

namespace Leeway.Sandbox.Wire;

/// <summary>One server-sent event.</summary>
/// <param name="Name">Of the <c>event:</c> line; null writes none.</param>
/// <param name="Write">Its data.</param>
/// <param name="IsChunk">A piece of the answer, after which the stream pauses.</param>
internal readonly record struct ServerEvent(string? Name, Action<Utf8JsonWriter> Write, bool IsChunk = false);
