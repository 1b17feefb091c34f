using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.CloudStorage;

/// <summary>Buckets with their objects, and the uploads under way. A bucket is there as soon as something is written to it.</summary>
internal sealed class ObjectStore(SandboxWorld world)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, StoredObject>> _buckets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectUpload> _uploads = new(StringComparer.Ordinal);
    private long _generation = 1_700_000_000_000_000;

    public Spool NewSpool() => world.Files.NewSpool();

    public StoredObject Put(string bucket, string name, string contentType, FileContent content)
    {
        var (crc, md5) = Sums(content);
        lock (_lock)
        {
            var stored = new StoredObject(bucket, name, contentType, ++_generation, world.Clock.Now, content, crc, md5);
            ref var objects = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, bucket, out _);
            objects ??= new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
            objects[name] = stored;
            return stored;
        }
    }

    public StoredObject? Find(string bucket, string name)
    {
        lock (_lock)
        {
            return _buckets.GetValueOrDefault(bucket)?.GetValueOrDefault(name);
        }
    }

    /// <summary>By <c>gs://bucket/name</c>.</summary>
    public StoredObject? Find(string uri) => ParseUri(uri) is { } at ? Find(at.Bucket, at.Name) : null;

    public bool Delete(string bucket, string name)
    {
        lock (_lock)
        {
            return _buckets.GetValueOrDefault(bucket)?.Remove(name) == true;
        }
    }

    /// <summary>In the order of their names; null when there is no such bucket.</summary>
    public List<StoredObject>? List(string bucket, string prefix)
    {
        lock (_lock)
        {
            return _buckets.TryGetValue(bucket, out var objects) ? [.. objects.Values.Where(one => one.Name.StartsWith(prefix, StringComparison.Ordinal))] : null;
        }
    }

    public ObjectUpload Begin(string bucket, string name, string contentType)
    {
        var upload = new ObjectUpload(world.Ids.Next("up"), bucket, name, contentType, NewSpool());
        lock (_lock)
        {
            _uploads.Add(upload.Id, upload);
        }

        return upload;
    }

    public ObjectUpload? FindUpload(string id)
    {
        lock (_lock)
        {
            return _uploads.GetValueOrDefault(id);
        }
    }

    public StoredObject Finish(ObjectUpload upload)
    {
        lock (_lock)
        {
            _uploads.Remove(upload.Id);
        }

        return Put(upload.Bucket, upload.Name, upload.ContentType, upload.Spool.ToContent());
    }

    public void Clear()
    {
        lock (_lock)
        {
            _buckets.Clear();
            _uploads.Clear();
        }
    }

    public static (string Bucket, string Name)? ParseUri(string uri)
    {
        const string Scheme = "gs://";
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var slash = uri.IndexOf('/', Scheme.Length);
        return slash > Scheme.Length ? (uri[Scheme.Length..slash], uri[(slash + 1)..]) : uri.Length > Scheme.Length && slash < 0 ? (uri[Scheme.Length..], "") : null;
    }

    private static (string Crc32c, string Md5) Sums(FileContent content)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var crc = uint.MaxValue;
        var buffer = new byte[64 * 1024];
        for (long offset = 0; content.Read(offset, buffer) is > 0 and var count; offset += count)
        {
            var bytes = buffer.AsSpan(0, count);
            md5.AppendData(bytes);
            foreach (var one in bytes)
            {
                crc = BitOperations.Crc32C(crc, one);
            }
        }

        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
        return (Convert.ToBase64String(sum), Convert.ToBase64String(md5.GetHashAndReset()));
    }
}

/// <summary>A resumable upload that has begun.</summary>
internal sealed record ObjectUpload(string Id, string Bucket, string Name, string ContentType, Spool Spool);
