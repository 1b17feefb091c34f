using System.Text.Json;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Uploads;

/// <summary>What a client says when it begins and completes an upload.</summary>
internal static class UploadBodies
{
    private const int MaxCreateBytes = 16 * 1024;

    // Ten thousand ids with room to lay them out.
    private const int MaxCompleteBytes = 1024 * 1024;
    private const int MaxMimeType = 255;

    /// <summary>What an upload is to become.</summary>
    public sealed record Begun(string Name, string Purpose, long Bytes, string MimeType, TimeSpan? Lifetime);

    /// <summary>Which parts in which order, and what their digest must be.</summary>
    public sealed record Completed(IReadOnlyList<PartId> Parts, string? Md5);

    public static async Task<(Begun? Body, Problem? Problem)> ReadCreateAsync(HttpContext context, LimitsConfig limits)
    {
        (JsonDocument? body, Problem? problem) = await JsonBody.ReadAsync(context, MaxCreateBytes, "filename", "purpose", "bytes", "mime_type", "expires_after");
        using JsonDocument? owned = body;
        if (body is null)
        {
            return (null, problem);
        }

        JsonElement root = body.RootElement;
        string? name = root.Text("filename", FileName.MaxLength, ref problem);
        string? purpose = root.Text("purpose", MaxMimeType, ref problem);
        string? mimeType = root.Text("mime_type", MaxMimeType, ref problem);
        if (problem is null && !FilePurposes.Accepted.Contains(purpose!))
        {
            problem = FileProblems.Purpose(purpose);
        }

        (long most, string setting) = FileIntake.LimitOf(limits, purpose);
        long bytes = 0;
        if (problem is null && !(root.TryGetProperty("bytes", out JsonElement given) && given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out bytes) && bytes >= 1))
        {
            problem = JsonBody.Bad("bytes", "The member 'bytes' must be the whole number of bytes that the parts have together.");
        }
        else if (problem is null && bytes > most)
        {
            problem = FileProblems.TooLarge(most, setting) with { Field = "bytes" };
        }

        var expiry = new FileExpiry();
        if (root.TryGetProperty("expires_after", out JsonElement after))
        {
            expiry.Take(after);
        }

        (TimeSpan? lifetime, Problem? badExpiry) = expiry.Read();
        problem ??= badExpiry;
        return problem is null ? (new Begun(FileName.Clean(name!), purpose!, bytes, mimeType!, lifetime), null) : (null, problem);
    }

    public static async Task<(Completed? Body, Problem? Problem)> ReadCompleteAsync(HttpContext context)
    {
        (JsonDocument? body, Problem? problem) = await JsonBody.ReadAsync(context, MaxCompleteBytes, "part_ids", "md5");
        using JsonDocument? owned = body;
        if (body is null)
        {
            return (null, problem);
        }

        JsonElement root = body.RootElement;
        string? md5 = root.TryGetProperty("md5", out JsonElement digest) && digest.ValueKind != JsonValueKind.Null ? root.Text("md5", MaxMimeType, ref problem) : null;
        if (!root.TryGetProperty("part_ids", out JsonElement ids) || ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() == 0)
        {
            return (null, JsonBody.Bad("part_ids", "The member 'part_ids' must be an array of the ids of the parts, in their order."));
        }

        var parts = new List<PartId>(ids.GetArrayLength());
        foreach (JsonElement text in ids.EnumerateArray())
        {
            if (text.ValueKind != JsonValueKind.String || !PartId.TryParse(text.GetRawText().AsSpan().Trim('"'), out PartId id))
            {
                return (null, UploadProblems.Mismatch("part_ids", $"'{Short.Of(text.ToString())}' is no part of this upload."));
            }

            parts.Add(id);
        }

        return problem is null ? (new Completed(parts, md5), null) : (null, problem);
    }
}
