using System.Security.Cryptography;
using Leeway.Files;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Uploads;

/// <summary>Makes one file of an upload's parts, checking it as an upload in one piece is checked.</summary>
internal sealed class UploadCompletion(IUploadStore uploads, IFileContents contents, FileShelf shelf, IConfigSource config)
{
    /// <summary>The file; or why there is none; or neither, when the upload ended meanwhile.</summary>
    public async Task<(StoredFile? File, Problem? Problem)> CompleteAsync(Upload upload, UploadBodies.Completed body, CancellationToken cancellationToken)
    {
        Dictionary<PartId, UploadPart> known = (await uploads.ListPartsAsync(upload.Id, cancellationToken)).ToDictionary(part => part.Id);
        if (FindMismatch(upload, body.Parts, known) is { } mismatch)
        {
            return (null, mismatch);
        }

        using var validator = upload.Purpose == FilePurposes.Batch ? new BatchFileValidator(BatchFileLimits.Of(config.Current.Server.Limits)) : null;
#pragma warning disable CA5351 // The protocol's checksum of transport, not a signature.
        using IncrementalHash? digest = body.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        await using IFileDraft draft = contents.Begin();
        var intake = new ContentIntake(draft, validator, digest);
        foreach (PartId part in body.Parts)
        {
            await using Stream? content = contents.Open(part.Value);
            if (content is null)
            {
                // Another call ended the upload, and its parts are gone.
                return (null, null);
            }

            await intake.TakeAsync(content, upload.Bytes, cancellationToken);
        }

        if (digest is not null && !Convert.ToHexStringLower(digest.GetHashAndReset()).Equals(body.Md5, StringComparison.OrdinalIgnoreCase))
        {
            return (null, UploadProblems.Mismatch("md5", "The parts, in this order, do not have the given MD5."));
        }

        return (await shelf.CompleteAsync(upload, draft, validator?.Complete(), cancellationToken), null);
    }

    private static Problem? FindMismatch(Upload upload, IReadOnlyList<PartId> asked, Dictionary<PartId, UploadPart> known)
    {
        long bytes = 0;
        var seen = new HashSet<PartId>();
        foreach (PartId id in asked)
        {
            if (!known.TryGetValue(id, out UploadPart? part))
            {
                return UploadProblems.Mismatch("part_ids", $"'{id}' is no part of this upload.");
            }

            if (!seen.Add(id))
            {
                return UploadProblems.Mismatch("part_ids", $"'{id}' is named twice.");
            }

            bytes += part.Bytes;
        }

        return bytes == upload.Bytes ? null : UploadProblems.Mismatch("part_ids", $"The parts have {bytes} bytes together; {upload.Bytes} were announced.");
    }
}
