namespace Leeway;

/// <summary>Requests that may share a provider batch have the same key.</summary>
/// <param name="Deployment">The deployment, e.g. <c>openai/gpt-4o</c>.</param>
/// <param name="Endpoint">The API path, e.g. <c>/v1/chat/completions</c>.</param>
/// <param name="Model">The model name the clients asked for.</param>
public sealed record GroupKey(string Deployment, string Endpoint, string Model);
