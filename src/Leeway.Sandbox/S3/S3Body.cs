using System.Globalization;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.S3;

/// <summary>A body that was read whole and matches every hash, checksum, length and signature that came with it.</summary>
internal sealed record S3Body(FileContent Content, byte[] Md5, (string Header, string Value)? Checksum)
{
    public const string Unsigned = "UNSIGNED-PAYLOAD";

    private const string Streaming = "STREAMING-";

    // S3's limit of one put.
    private const long MaxBytes = 5L * 1024 * 1024 * 1024;

    public string ETag => $"\"{Convert.ToHexStringLower(Md5)}\"";

    public static async Task<(S3Body? Body, ApiError? Error)> ReadAsync(HttpRequest request, Signature signature, AwsOptions options, S3Store store)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var payload = PayloadOf(request, signature);
        using var spool = store.NewSpool();
        using var sums = new Checksums();
        void Take(ReadOnlyMemory<byte> bytes)
        {
            spool.Write(bytes.Span);
            sums.Append(bytes.Span);
        }

        var given = request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
        if (payload.StartsWith(Streaming, StringComparison.Ordinal))
        {
            var isSigned = payload.StartsWith(Streaming + Signature.Algorithm, StringComparison.Ordinal);
            var reader = new ChunkedReader(request.Body, signature, isSigned ? new SigningKey(options.SecretKey, signature) : null);
            if (await reader.ReadAsync(Take, cancellationToken) is { } broken)
            {
                return (null, broken);
            }

            if (request.Headers["x-amz-decoded-content-length"].ToString() != spool.Length.ToString(CultureInfo.InvariantCulture))
            {
                return (null, S3Errors.WrongLength);
            }

            given = given.Concat(reader.Trailers);
        }
        else
        {
            var buffer = new byte[128 * 1024];
            while (await request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var count && spool.Length <= MaxBytes)
            {
                Take(buffer.AsMemory(0, count));
            }

            if (payload != Unsigned && payload != sums.Sha256())
            {
                return (null, S3Errors.WrongHash);
            }
        }

        if (spool.Length > MaxBytes)
        {
            return (null, AwsErrors.Of(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"));
        }

        var (checksum, error) = sums.Check(given);
        return error is null ? (new S3Body(spool.ToContent(), sums.Md5(), checksum), null) : (null, error);
    }

    /// <summary>What stands for the body in the signed text.</summary>
    public static string PayloadOf(HttpRequest request, Signature signature) =>
        request.Headers["x-amz-content-sha256"].ToString() is { Length: > 0 } named ? named : signature.IsPresigned ? Unsigned : "";
}
