using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Uploads;

/// <summary>Refusals of upload routes.</summary>
internal static class UploadProblems
{
    public static Problem Mismatch(string field, string message) => new()
    {
        Code = "upload_mismatch",
        Message = message,
        Field = field,
        Remedy = "The upload stays open.",
    };

    public static Problem Ended(Upload upload) => new()
    {
        Code = "upload_ended",
        Message = $"{upload.Id} is {Json.Name(upload.State)}.",
        Field = "id",
        Value = upload.Id.ToString(),
        Remedy = "Begin a new upload. Nothing was kept.",
    };
}
