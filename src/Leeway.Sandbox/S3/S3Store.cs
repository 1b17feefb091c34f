using System.Diagnostics.CodeAnalysis;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.S3;

/// <summary>The buckets of the one account the sandbox has, keys in the order of their UTF-8 bytes as S3 lists them.</summary>
internal sealed class S3Store
{
    private readonly Lock _lock = new();
    private readonly SandboxWorld _world;
    private readonly SortedDictionary<string, SortedDictionary<string, S3Object>> _buckets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, S3Upload> _uploads = new(StringComparer.Ordinal);

    public S3Store(SandboxWorld world)
    {
        _world = world;
        Clear();
    }

    public Spool NewSpool() => _world.Files.NewSpool();

    public IReadOnlyList<string> Buckets()
    {
        lock (_lock)
        {
            return [.. _buckets.Keys];
        }
    }

    public bool HasBucket(string bucket)
    {
        lock (_lock)
        {
            return _buckets.ContainsKey(bucket);
        }
    }

    public void AddBucket(string bucket)
    {
        lock (_lock)
        {
            _buckets.TryAdd(bucket, NewBucket());
        }
    }

    /// <summary>False when it holds objects.</summary>
    public bool RemoveBucket(string bucket)
    {
        lock (_lock)
        {
            if (_buckets.TryGetValue(bucket, out var objects) && objects.Count > 0)
            {
                return false;
            }

            _buckets.Remove(bucket);
            return true;
        }
    }

    /// <summary>Null when there is no such bucket.</summary>
    public S3Object? Put(string bucket, string key, FileContent content, string etag, IReadOnlyDictionary<string, string> headers, (string, string)? checksum = null)
    {
        var stored = new S3Object(key, content, etag, _world.Clock.Now) { Headers = headers, Checksum = checksum };
        lock (_lock)
        {
            if (!_buckets.TryGetValue(bucket, out var objects))
            {
                return null;
            }

            objects[key] = stored;
            return stored;
        }
    }

    public bool TryFind(string bucket, string key, [NotNullWhen(true)] out S3Object? found)
    {
        lock (_lock)
        {
            found = _buckets.GetValueOrDefault(bucket)?.GetValueOrDefault(key);
            return found is not null;
        }
    }

    public void Delete(string bucket, string key)
    {
        lock (_lock)
        {
            _buckets.GetValueOrDefault(bucket)?.Remove(key);
        }
    }

    /// <summary>The objects whose keys begin so, in their order.</summary>
    public IReadOnlyList<S3Object> List(string bucket, string prefix)
    {
        lock (_lock)
        {
            return _buckets.TryGetValue(bucket, out var objects) ? [.. objects.Values.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))] : [];
        }
    }

    public S3Upload Begin(string bucket, string key, IReadOnlyDictionary<string, string> headers)
    {
        var upload = new S3Upload(_world.Ids.Next("upload-"), bucket, key, headers);
        lock (_lock)
        {
            _uploads.Add(upload.Id, upload);
        }

        return upload;
    }

    public S3Upload? FindUpload(string id, string bucket, string key)
    {
        lock (_lock)
        {
            return _uploads.GetValueOrDefault(id) is { } upload && upload.Bucket == bucket && upload.Key == key ? upload : null;
        }
    }

    public void End(S3Upload upload)
    {
        lock (_lock)
        {
            _uploads.Remove(upload.Id);
        }
    }

    /// <summary>Forgets all but the buckets there are from the start.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _buckets.Clear();
            _uploads.Clear();
            foreach (var bucket in _world.Options.Aws.Buckets)
            {
                _buckets.TryAdd(bucket, NewBucket());
            }
        }
    }

    private static SortedDictionary<string, S3Object> NewBucket() => new(Comparer<string>.Create(static (left, right) =>
        System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right))));
}
