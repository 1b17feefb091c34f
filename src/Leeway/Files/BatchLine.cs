namespace Leeway.Files;

/// <summary>A good line of a batch file.</summary>
/// <param name="CustomId">Its <c>custom_id</c>, escapes undone.</param>
/// <param name="Url">Its <c>url</c>: one of <see cref="Endpoints.Batchable"/>.</param>
/// <param name="Model">The model its body names.</param>
/// <param name="Body">Where the body is within the line.</param>
/// <param name="MaxOutputTokens">The bound the body sets, or null.</param>
public readonly record struct BatchLine(string CustomId, string Url, string Model, ByteRange Body, long? MaxOutputTokens);
