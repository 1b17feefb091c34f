using System.Globalization;
using Leeway.Sandbox.Aws;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.S3;

/// <summary>One object: put, get and head (whole or a range, under conditions), delete.</summary>
internal static class S3Objects
{
    private const int MaxKeyBytes = 1024;

    public static async Task PutAsync(S3Call call)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(call.Key) > MaxKeyBytes)
        {
            await call.FailAsync(AwsErrors.Of(400, "KeyTooLongError", "Your key is too long"));
            return;
        }

        var (body, error) = await call.ReadBodyAsync();
        if (body is null)
        {
            await call.FailAsync(error!);
            return;
        }

        if (call.Request.Headers.IfNoneMatch == "*" && call.Store.TryFind(call.Bucket, call.Key, out _))
        {
            await call.FailAsync(S3Errors.Precondition("If-None-Match"));
            return;
        }

        if (call.Store.Put(call.Bucket, call.Key, body.Content, body.ETag, call.ObjectHeaders, body.Checksum) is null)
        {
            await call.FailAsync(S3Errors.NoSuchBucket(call.Bucket));
            return;
        }

        call.Response.Headers.ETag = body.ETag;
        if (body.Checksum is { } checksum)
        {
            call.Response.Headers[checksum.Header] = checksum.Value;
        }
    }

    public static async Task GetAsync(S3Call call)
    {
        if (!call.Store.TryFind(call.Bucket, call.Key, out var found))
        {
            await call.FailAsync(S3Errors.NoSuchKey(call.Key));
            return;
        }

        var headers = call.Request.Headers;
        if (headers.IfMatch.ToString() is { Length: > 0 } match && match != "*" && match != found.ETag)
        {
            await call.FailAsync(S3Errors.Precondition("If-Match"));
            return;
        }

        WriteHeaders(call, found);
        if (headers.IfNoneMatch.ToString() is { Length: > 0 } none && (none == "*" || none == found.ETag))
        {
            call.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        long first = 0, count = found.Content.Length;
        if (headers.Range.ToString() is { Length: > 0 } range && ReadRange(range, found.Content.Length) is { } wanted)
        {
            if (wanted.Count == 0)
            {
                call.Response.Headers.Clear();
                await call.FailAsync(AwsErrors.Of(416, "InvalidRange", "The requested range is not satisfiable", ("RangeRequested", range), ("ActualObjectSize", found.Content.Length)));
                return;
            }

            (first, count) = wanted;
            call.Response.StatusCode = StatusCodes.Status206PartialContent;
            call.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{first + count - 1}/{found.Content.Length}");
        }
        else if (found.Checksum is { } checksum && headers["x-amz-checksum-mode"] == "ENABLED")
        {
            call.Response.Headers[checksum.Header] = checksum.Value;
        }

        call.Response.ContentLength = count;
        if (HttpMethods.IsGet(call.Request.Method))
        {
            await CopyAsync(found, first, count, call.Response.Body, call.Context.RequestAborted);
        }
    }

    /// <summary>What is not there is deleted as well.</summary>
    public static Task DeleteAsync(S3Call call)
    {
        call.Store.Delete(call.Bucket, call.Key);
        return call.NoContentAsync();
    }

    private static void WriteHeaders(S3Call call, S3Object found)
    {
        var headers = call.Response.Headers;
        headers.ETag = found.ETag;
        headers.LastModified = found.LastModified.ToString("r", CultureInfo.InvariantCulture);
        headers.AcceptRanges = "bytes";
        headers.ContentType = "binary/octet-stream";
        foreach (var (name, value) in found.Headers)
        {
            headers[name] = value;
        }
    }

    /// <summary>Null for what is no range of bytes, which S3 ignores; a count of 0 for one beyond the end.</summary>
    private static (long First, long Count)? ReadRange(string range, long length)
    {
        var ends = range.StartsWith("bytes=", StringComparison.Ordinal) ? range["bytes=".Length..].Split('-') : [];
        if (ends.Length != 2 || !TryRead(ends[0], out var from) || !TryRead(ends[1], out var to) || (from ?? to) is null || to < from)
        {
            return null;
        }

        if (from is not { } first)
        {
            var last = Math.Min(to!.Value, length);
            return (length - last, last);
        }

        return first >= length ? (0, 0) : (first, Math.Min(to ?? long.MaxValue - 1, length - 1) - first + 1);
    }

    private static bool TryRead(string text, out long? number)
    {
        var ok = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        number = ok ? value : null;
        return ok || text.Length == 0;
    }

    private static async Task CopyAsync(S3Object found, long offset, long count, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(128 * 1024, Math.Max(1, count))];
        while (count > 0)
        {
            var read = found.Content.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, count)));
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            offset += read;
            count -= read;
        }
    }
}
