namespace Leeway;

/// <summary>Credentials that are more than a key.</summary>
public sealed record CredentialsConfig
{
    /// <summary>AWS: access key id.</summary>
    public Secret? AccessKey { get; init; }

    /// <summary>AWS: secret access key.</summary>
    public Secret? SecretKey { get; init; }

    /// <summary>AWS: token of a temporary session.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>Google: the content of a credentials file, by <c>${file:…}</c>.</summary>
    public Secret? Json { get; init; }

    /// <summary>Azure: Entra tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Azure: client id.</summary>
    public string? ClientId { get; init; }

    /// <summary>Azure: client secret.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>Azure: ask Entra for tokens instead of sending a key.</summary>
    public bool Entra { get; init; }

    /// <summary>What tokens are for, Entra's scope or an identity token's audience; null for what the kind asks.</summary>
    public string? Scope { get; init; }

    /// <summary>The same for who calls the cloud.</summary>
    public CloudCredentials Reveal() => new()
    {
        AccessKey = AccessKey?.Reveal(),
        SecretKey = SecretKey?.Reveal(),
        SessionToken = SessionToken?.Reveal(),
        Json = Json?.Reveal(),
        Tenant = Tenant,
        ClientId = ClientId,
        ClientSecret = ClientSecret?.Reveal(),
        Entra = Entra,
        Scope = Scope,
    };
}
