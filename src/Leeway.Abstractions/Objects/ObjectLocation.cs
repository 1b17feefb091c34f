namespace Leeway;

/// <summary>A place in an object storage.</summary>
/// <param name="Root">Scheme, bucket and prefix: <c>file:///var/lib/leeway</c>, <c>s3://bucket/prefix</c>, <c>gs://bucket/prefix</c> or <c>az://container/prefix</c>.</param>
/// <param name="Endpoint">The server's address where it is not the vendor's public one; for <c>az</c> the account's, e.g. <c>https://account.blob.core.windows.net</c>.</param>
public sealed record ObjectLocation(Uri Root, Uri? Endpoint)
{
    /// <summary>The bucket or container.</summary>
    public string Bucket => Root.Host;

    /// <summary>What stands before every key, without a slash at either end; may be empty.</summary>
    public string Prefix => Root.AbsolutePath.Trim('/');
}
