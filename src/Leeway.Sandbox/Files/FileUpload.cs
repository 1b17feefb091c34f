using System.Text;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Leeway.Sandbox.Files;

/// <summary>Reads a multipart upload, its parts in any order, the file straight into a spool.</summary>
internal static class FileUpload
{
    private const int MaxFieldBytes = 64 * 1024;

    public static async Task<(StoredFile? File, ApiError? Error)> ReceiveAsync(HttpRequest request, FileRules rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return (null, new ApiError(400, "Invalid content type: expected multipart/form-data with a boundary."));
        }

        string? purpose = null;
        string? filename = null;
        var expiry = new FileExpiry(rules.MinExpirySeconds);
        using var spool = rules.Store.NewSpool();
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (name == "file")
            {
                var star = disposition.FileNameStar;
                filename = HeaderUtilities.RemoveQuotes(star.HasValue ? star : disposition.FileName).Value is { Length: > 0 } given ? given : "upload";
                if (!await SpoolAsync(section.Body, spool, rules.MaxBytes, cancellationToken))
                {
                    return (null, new ApiError(413, $"The file is too large: at most {rules.MaxBytes} bytes are accepted."));
                }

                continue;
            }

            var value = await ReadFieldAsync(section.Body, cancellationToken);
            if (!expiry.TryTake(name, value) && name == "purpose")
            {
                purpose = value;
            }
        }

        return Store(rules, now, purpose, filename, expiry, spool);
    }

    private static (StoredFile? File, ApiError? Error) Store(FileRules rules, DateTimeOffset now, string? purpose, string? filename, FileExpiry expiry, Spool spool)
    {
        if (purpose is null || filename is null)
        {
            return (null, ApiError.Missing(purpose is null ? "purpose" : "file"));
        }

        if (!rules.Purposes.Contains(purpose))
        {
            return (null, ApiError.Invalid("purpose", $"'{purpose}' is not one of {string.Join(", ", rules.Purposes)} - 'purpose'"));
        }

        var (duration, error) = expiry.Read();
        duration ??= purpose == "batch" ? rules.BatchExpiry : null;
        error ??= duration is null && rules.Store.All().Count(file => file.ExpiresAt is null) >= rules.MaxWithoutExpiry
            ? new ApiError(400, $"At most {rules.MaxWithoutExpiry} files without expiry are kept; set expires_after.", Code: "file_limit_exceeded")
            : null;
        return error is not null ? (null, error) : (rules.Store.Add(filename, purpose, now, duration, spool.ToContent()), null);
    }

    private static async Task<bool> SpoolAsync(Stream source, Spool spool, long maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (spool.Length + count > maxBytes)
            {
                return false;
            }

            spool.Write(buffer.AsSpan(0, count));
        }

        return true;
    }

    private static async Task<string> ReadFieldAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes];
        var length = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
