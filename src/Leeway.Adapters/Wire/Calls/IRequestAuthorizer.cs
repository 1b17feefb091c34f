namespace Leeway.Adapters.Wire.Calls;

/// <summary>Puts a credential on a request that has to be fetched or computed first: a token of a cloud, a signature over the content. Thread-safe.</summary>
internal interface IRequestAuthorizer
{
    /// <summary>Runs right before each sending, a retry's included.</summary>
    /// <exception cref="ProviderException">There is no credential, or none could be had.</exception>
    ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken);
}
