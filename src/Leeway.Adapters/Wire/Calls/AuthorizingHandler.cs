namespace Leeway.Adapters.Wire.Calls;

/// <summary>Authorizes each request on its way into a shared connection pool.</summary>
internal sealed class AuthorizingHandler(IRequestAuthorizer authorizer, HttpMessageHandler pool) : DelegatingHandler(pool)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await authorizer.AuthorizeAsync(request, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
