using System.Collections.Concurrent;
using Azure.Core;

namespace Leeway.Adapters.Credentials;

/// <summary>One authorizer per identity and scope, so that deployments which share them share a token too.</summary>
internal sealed class EntraTokens(Func<CloudCredentials, TokenCredential> credentials, TimeProvider clock)
{
    /// <summary>The scope of Azure OpenAI.</summary>
    public const string CognitiveServices = "https://cognitiveservices.azure.com/.default";

    private readonly ConcurrentDictionary<(CloudCredentials, string), EntraAuthorizer> _authorizers = new();

    /// <param name="identity">As configured; its own scope goes before <paramref name="scope"/>.</param>
    /// <param name="scope">What the token is for.</param>
    public EntraAuthorizer For(CloudCredentials identity, string scope) =>
        _authorizers.GetOrAdd((identity, identity.Scope ?? scope), static (key, self) => new EntraAuthorizer(self.Make(key.Item1), key.Item2, self.Clock), (Make: credentials, Clock: clock));
}
