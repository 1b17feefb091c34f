using System.Globalization;
using System.Security.Cryptography;
using Leeway.Sandbox.Aws;

namespace Leeway.Sandbox.S3;

/// <summary>Uploads in parts: begin, put a part, complete, abort.</summary>
internal static class S3Uploads
{
    // All but the last part.
    private const int MinPartBytes = 5 * 1024 * 1024;
    private const int MaxParts = 10_000;

    public static Task BeginAsync(S3Call call)
    {
        var upload = call.Store.Begin(call.Bucket, call.Key, call.ObjectHeaders);
        return call.Context.WriteXmlAsync("InitiateMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Bucket", upload.Bucket);
            xml.WriteElementString("Key", upload.Key);
            xml.WriteElementString("UploadId", upload.Id);
        });
    }

    public static async Task PutPartAsync(S3Call call)
    {
        if (!int.TryParse(call.Request.Query["partNumber"], CultureInfo.InvariantCulture, out var number) || number is < 1 or > MaxParts)
        {
            await call.FailAsync(S3Errors.Invalid($"Part number must be an integer between 1 and {MaxParts}, inclusive"));
            return;
        }

        if (Find(call) is not { } upload)
        {
            await call.FailAsync(S3Errors.NoSuchUpload(call.Request.Query["uploadId"].ToString()));
            return;
        }

        var (body, error) = await call.ReadBodyAsync();
        if (body is null)
        {
            await call.FailAsync(error!);
            return;
        }

        upload.Put(number, new S3Part(body.Content, body.Md5));
        call.Response.Headers.ETag = body.ETag;
        if (body.Checksum is { } checksum)
        {
            call.Response.Headers[checksum.Header] = checksum.Value;
        }
    }

    public static async Task CompleteAsync(S3Call call)
    {
        if (Find(call) is not { } upload)
        {
            await call.FailAsync(S3Errors.NoSuchUpload(call.Request.Query["uploadId"].ToString()));
            return;
        }

        var (xml, error) = await call.ReadXmlAsync();
        if (xml is null)
        {
            await call.FailAsync(error!);
            return;
        }

        List<S3Part> parts = [];
        var last = 0;
        foreach (var named in xml.Elements().Where(one => one.Name.LocalName == "Part"))
        {
            string? Child(string name) => named.Elements().FirstOrDefault(one => one.Name.LocalName == name)?.Value;

            if (!int.TryParse(Child("PartNumber"), CultureInfo.InvariantCulture, out var number) || Child("ETag") is not { } etag)
            {
                await call.FailAsync(S3Errors.MalformedXml);
                return;
            }

            if (number <= last)
            {
                await call.FailAsync(AwsErrors.Of(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number."));
                return;
            }

            if (upload.Find(number) is not { } part || part.ETag.Trim('"') != etag.Trim('"'))
            {
                await call.FailAsync(AwsErrors.Of(400, "InvalidPart", "One or more of the specified parts could not be found.", ("PartNumber", number), ("ETag", etag)));
                return;
            }

            parts.Add(part);
            last = number;
        }

        if (parts.Count == 0)
        {
            await call.FailAsync(S3Errors.MalformedXml);
            return;
        }

        if (parts.SkipLast(1).Any(part => part.Content.Length < MinPartBytes))
        {
            await call.FailAsync(AwsErrors.Of(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"));
            return;
        }

        var stored = Join(call, upload, parts);
        await call.Context.WriteXmlAsync("CompleteMultipartUploadResult", writer =>
        {
            writer.WriteElementString("Location", $"{call.Request.Scheme}://{call.Request.Host}/{upload.Bucket}/{upload.Key}");
            writer.WriteElementString("Bucket", upload.Bucket);
            writer.WriteElementString("Key", upload.Key);
            writer.WriteElementString("ETag", stored);
        });
    }

    public static Task AbortAsync(S3Call call)
    {
        if (Find(call) is not { } upload)
        {
            return call.FailAsync(S3Errors.NoSuchUpload(call.Request.Query["uploadId"].ToString()));
        }

        call.Store.End(upload);
        return call.NoContentAsync();
    }

    /// <summary>The ETag of an object of parts is the MD5 of their MD5s and their number.</summary>
    private static string Join(S3Call call, S3Upload upload, List<S3Part> parts)
    {
        using var spool = call.Store.NewSpool();
        var buffer = new byte[128 * 1024];
        foreach (var part in parts)
        {
            for (long offset = 0; offset < part.Content.Length;)
            {
                var read = part.Content.Read(offset, buffer);
                spool.Write(buffer.AsSpan(0, read));
                offset += read;
            }
        }

#pragma warning disable CA5351 // What S3 names an object's content by, not a signature.
        var etag = $"\"{Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(part => part.Md5)]))}-{parts.Count.ToString(CultureInfo.InvariantCulture)}\"";
#pragma warning restore CA5351
        call.Store.Put(upload.Bucket, upload.Key, spool.ToContent(), etag, upload.Headers);
        call.Store.End(upload);
        return etag;
    }

    private static S3Upload? Find(S3Call call) => call.Store.FindUpload(call.Request.Query["uploadId"].ToString(), call.Bucket, call.Key);
}
