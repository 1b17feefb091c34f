using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.S3;

/// <summary>
/// Reads a body in <c>aws-chunked</c>: <c>size[;chunk-signature=…]</c>, the bytes, and so on until size 0, then trailers. Each chunk's signature covers the one before.
/// </summary>
/// <param name="key">Null for a body whose chunks are not signed.</param>
internal sealed class ChunkedReader(Stream body, Signature signature, SigningKey? key)
{
    // Vendors' clients send chunks of some 64 to 128 KB.
    private const int MaxChunkBytes = 16 * 1024 * 1024;
    private const int MaxLineBytes = 8 * 1024;

    private static readonly string s_emptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private string _previous = signature.Value;

    /// <summary>Of the names and values after the last chunk.</summary>
    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives each chunk's bytes to <paramref name="take"/>; the error that ended it, or null.</summary>
    public async Task<ApiError?> ReadAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            var head = (await ReadLineAsync(cancellationToken))?.Split(';', 2);
            if (head is null || !int.TryParse(head[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size is < 0 or > MaxChunkBytes)
            {
                return S3Errors.BadChunk;
            }

            var chunk = new byte[size];
            if (!await ReadExactlyAsync(chunk, cancellationToken))
            {
                return S3Errors.BadChunk;
            }

            if (key is not null && !IsSigned(head.Length == 2 ? head[1] : "", chunk))
            {
                return S3Errors.WrongChunkSignature;
            }

            if (size == 0)
            {
                return await ReadTrailersAsync(cancellationToken);
            }

            take(chunk);
            if (await ReadLineAsync(cancellationToken) is not "")
            {
                return S3Errors.BadChunk;
            }
        }
    }

    private bool IsSigned(string extension, byte[] chunk)
    {
        const string Name = "chunk-signature=";
        var expected = key!.Sign($"AWS4-HMAC-SHA256-PAYLOAD\n{signature.At}\n{signature.Scope}\n{_previous}\n{s_emptyHash}\n{Convert.ToHexStringLower(SHA256.HashData(chunk))}");
        _previous = expected;
        return extension == Name + expected;
    }

    private async Task<ApiError?> ReadTrailersAsync(CancellationToken cancellationToken)
    {
        var signed = new StringBuilder();
        string? given = null;
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                return S3Errors.BadChunk;
            }

            var (name, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
            if (name == "x-amz-trailer-signature")
            {
                given = value;
                continue;
            }

            signed.Append(name).Append(':').Append(value).Append('\n');
            Trailers[name] = value;
        }

        if (key is null || Trailers.Count == 0)
        {
            return null;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signed.ToString())));
        return given == key.Sign($"AWS4-HMAC-SHA256-TRAILER\n{signature.At}\n{signature.Scope}\n{_previous}\n{hash}") ? null : S3Errors.WrongChunkSignature;
    }

    /// <summary>Up to a line feed, without it and the carriage return before; the rest at the end of the body, null when there is none.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>(96);
        while (line.Count <= MaxLineBytes)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return line.Count == 0 ? null : Encoding.UTF8.GetString([.. line]);
            }

            var one = _buffer[_start++];
            if (one == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one);
        }

        return null;
    }

    private async Task<bool> ReadExactlyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return false;
            }

            var count = Math.Min(target.Length, _end - _start);
            _buffer.AsMemory(_start, count).CopyTo(target);
            _start += count;
            target = target[count..];
        }

        return true;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await body.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }
}
