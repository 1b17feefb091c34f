namespace Leeway;

/// <summary>A place in an object storage.</summary>
public sealed record ObjectStorageConfig
{
    /// <summary>Scheme, bucket and prefix, e.g. <c>s3://bucket/prefix</c>.</summary>
    public Uri? Url { get; init; }

    /// <summary>The server's address; null is the vendor's public one.</summary>
    public Uri? Endpoint { get; init; }
}
