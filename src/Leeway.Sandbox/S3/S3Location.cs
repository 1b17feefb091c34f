namespace Leeway.Sandbox.S3;

/// <summary>An object's or folder's address, <c>s3://bucket/key</c>.</summary>
internal readonly record struct S3Location(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Null when the text is no such address.</summary>
    public static S3Location? Parse(string? uri)
    {
        if (uri is null || !uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = uri[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        return bucket.Length == 0 ? null : new S3Location(bucket, key);
    }

    /// <summary>A key inside this folder.</summary>
    public S3Location Add(string name) => this with { Key = Key.Length == 0 || Key.EndsWith('/') ? Key + name : $"{Key}/{name}" };

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
