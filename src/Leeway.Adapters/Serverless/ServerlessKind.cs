using System.Collections.Frozen;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Serverless;

/// <summary>A server of one's own that speaks OpenAI's wire format on a platform which lets it sleep. There is no batch API: the platform bills seconds.</summary>
internal static class ServerlessKind
{
    private static readonly FrozenSet<string> s_endpoints = [Endpoints.Chat, "/v1/embeddings", "/v1/completions"];

    private static readonly ProviderCapabilities s_capabilities = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = new[] { Endpoints.Messages, Endpoints.Responses }.ToFrozenSet(),
        ScalesToZero = true,
    };

    /// <param name="name">The kind in the configuration.</param>
    /// <param name="authorizer">For platforms that ask who calls; null sends the key, if there is one.</param>
    public static WireKind Of(string name, Func<Deployment, IRequestAuthorizer?>? authorizer = null)
    {
        WireFormat format = WireFormat.OpenAI(s_endpoints);
        return new WireKind
        {
            Name = name,
            Capabilities = s_capabilities,
            Format = authorizer is null ? format : format with { Authorizer = authorizer },
            BatchIsOptional = true,
            OnlyResembles = true,
        };
    }
}
