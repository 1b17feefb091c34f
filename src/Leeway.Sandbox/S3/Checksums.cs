using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.S3;

/// <summary>The checksums of a body while it is read: MD5 for its ETag, SHA-256 for its signature, and the one its writer names.</summary>
internal sealed class Checksums : IDisposable
{
    private const string Prefix = "x-amz-checksum-";

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly Crc32 _crc32 = new();
    private readonly Crc32 _crc32c = new(Crc32ParameterSet.Crc32C);
    private readonly Crc64 _crc64 = new(Crc64ParameterSet.Nvme);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _md5.AppendData(bytes);
        _sha256.AppendData(bytes);
        _sha1.AppendData(bytes);
        _crc32.Append(bytes);
        _crc32c.Append(bytes);
        _crc64.Append(bytes);
    }

    public byte[] Md5() => _md5.GetCurrentHash();

    public string Sha256() => Convert.ToHexStringLower(_sha256.GetCurrentHash());

    /// <summary>The first of the given headers or trailers that names a checksum, with its value; the error when one does not match.</summary>
    public ((string Header, string Value)? Checksum, ApiError? Error) Check(IEnumerable<KeyValuePair<string, string>> given)
    {
        (string, string)? found = null;
        foreach (var (name, value) in given)
        {
            if (ValueOf(name.ToLowerInvariant()) is not { } computed)
            {
                continue;
            }

            if (computed != value)
            {
                return (null, S3Errors.BadDigest(name));
            }

            found ??= name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? (name.ToLowerInvariant(), value) : null;
        }

        return (found, null);
    }

    public void Dispose()
    {
        _md5.Dispose();
        _sha256.Dispose();
        _sha1.Dispose();
    }

    /// <summary>In base64, as S3 takes them: the bytes of a CRC are big-endian.</summary>
    private string? ValueOf(string header)
    {
        switch (header)
        {
            case "content-md5":
                return Convert.ToBase64String(_md5.GetCurrentHash());
            case Prefix + "sha256":
                return Convert.ToBase64String(_sha256.GetCurrentHash());
            case Prefix + "sha1":
                return Convert.ToBase64String(_sha1.GetCurrentHash());
            case Prefix + "crc32":
                return BigEndian(_crc32.GetCurrentHashAsUInt32());
            case Prefix + "crc32c":
                return BigEndian(_crc32c.GetCurrentHashAsUInt32());
            case Prefix + "crc64nvme":
                var bytes = new byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64BigEndian(bytes, _crc64.GetCurrentHashAsUInt64());
                return Convert.ToBase64String(bytes);
            default:
                return null;
        }
    }

    private static string BigEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }
}
