using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.S3;

/// <summary>An upload in parts that is neither completed nor aborted.</summary>
internal sealed class S3Upload(string id, string bucket, string key, IReadOnlyDictionary<string, string> headers)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, S3Part> _parts = [];

    public string Id { get; } = id;

    public string Bucket { get; } = bucket;

    public string Key { get; } = key;

    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>A part of the same number is replaced.</summary>
    public void Put(int number, S3Part part)
    {
        lock (_lock)
        {
            _parts[number] = part;
        }
    }

    public S3Part? Find(int number)
    {
        lock (_lock)
        {
            return _parts.GetValueOrDefault(number);
        }
    }
}

internal sealed record S3Part(FileContent Content, byte[] Md5)
{
    public string ETag => $"\"{Convert.ToHexStringLower(Md5)}\"";
}
