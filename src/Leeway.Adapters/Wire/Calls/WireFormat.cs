namespace Leeway.Adapters.Wire.Calls;

/// <summary>How the requests of one kind of provider are addressed and authorized.</summary>
internal sealed record WireFormat
{
    /// <summary>Whose shapes errors and streams have.</summary>
    public Dialect Dialect { get; init; } = Dialect.OpenAI;

    /// <summary>API paths that can be called.</summary>
    public required IReadOnlySet<string> Endpoints { get; init; }

    /// <summary>The base of all addresses, without a slash at its end.</summary>
    public Func<Deployment, string> Base { get; init; } = static deployment => deployment.BaseUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>The path of a real-time endpoint below the base; the base ends in the version that the endpoint starts with.</summary>
    public Func<Deployment, string, string> PathOf { get; init; } =
        static (_, endpoint) => endpoint.StartsWith("/v1/", StringComparison.Ordinal) ? endpoint["/v1".Length..] : endpoint;

    /// <summary>Parameters of every address, without a question mark; null for none.</summary>
    public Func<Deployment, string?> Query { get; init; } = static _ => null;

    /// <summary>The header that carries the key.</summary>
    public string KeyHeader { get; init; } = "Authorization";

    /// <summary>What stands before the key in its header.</summary>
    public string KeyPrefix { get; init; } = "Bearer ";

    /// <summary>Whether an error of a missing model does not name it, so that we do.</summary>
    public bool ErrorsLeaveOutModel { get; init; }

    /// <summary>Headers of every request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>For deployments whose credential is no plain key; null sends the key.</summary>
    public Func<Deployment, IRequestAuthorizer?> Authorizer { get; init; } = static _ => null;

    /// <summary>The header in which answers name their request, for support; null is the dialect's.</summary>
    public string? RequestIdHeader { get; init; }

    /// <summary>The header in which answers count the tokens of their input; null where there is none.</summary>
    public string? InputTokensHeader { get; init; }

    /// <summary>The header in which errors name their type, up to a colon; null where the body says it.</summary>
    public string? ErrorTypeHeader { get; init; }

    /// <summary>The header that makes an answer with the status of a success an error; null where the status tells.</summary>
    public string? FailureHeader { get; init; }

    /// <summary>The kind of an error by its status, its text and its body, where the vendor has words of its own; null leaves it to the status.</summary>
    public Func<int, ErrorText, ReadOnlyMemory<byte>, ProviderErrorKind?> KindOfError { get; init; } = static (_, _, _) => null;

    /// <summary>OpenAI's, and of those who copy it.</summary>
    public static WireFormat OpenAI(IReadOnlySet<string> endpoints) => new() { Endpoints = endpoints };

    /// <summary>Anthropic's. Its SDKs take a base without the version, OpenAI's one with it; either is understood.</summary>
    public static WireFormat Anthropic(IReadOnlySet<string> endpoints) => new()
    {
        Dialect = Dialect.Anthropic,
        Endpoints = endpoints,
        Base = static deployment => deployment.BaseUrl.AbsoluteUri.TrimEnd('/') is var text && text.EndsWith("/v1", StringComparison.Ordinal) ? text : text + "/v1",
        KeyHeader = "x-api-key",
        KeyPrefix = "",

        // The version whose shapes this adapter knows; later ones take less and answer the same.
        Headers = [KeyValuePair.Create("anthropic-version", "2023-06-01")],
    };
}
