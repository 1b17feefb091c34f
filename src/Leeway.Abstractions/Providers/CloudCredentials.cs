namespace Leeway;

/// <summary>Credentials that are more than a key. Compared by value; never printed.</summary>
public sealed record CloudCredentials
{
    /// <summary>AWS: access key id. Azure Blob: the account's name.</summary>
    public string? AccessKey { get; init; }

    /// <summary>AWS: secret access key. Azure Blob: the account's key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>AWS: token of a temporary session. Azure Blob: a shared access signature.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Google: the content of a credentials file (a service account's or another's that the vendor's library reads).</summary>
    public string? Json { get; init; }

    /// <summary>Azure: Entra tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Azure: client id.</summary>
    public string? ClientId { get; init; }

    /// <summary>Azure: client secret.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Azure: ask Entra for tokens instead of sending a key.</summary>
    public bool Entra { get; init; }

    /// <summary>What tokens are for, Entra's scope or an identity token's audience; null for what the kind asks.</summary>
    public string? Scope { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(CloudCredentials);
}
