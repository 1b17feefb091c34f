using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>Refusals of file and upload routes.</summary>
internal static class FileProblems
{
    private const string Unchanged = "Nothing was kept.";

    public static Problem Form(string? field, string message, string? value = null) => new()
    {
        Code = "invalid_multipart",
        Message = message,
        Field = field,
        Value = value,
        Remedy = Unchanged,
    };

    public static Problem TooLarge(long limit, string setting) => new()
    {
        Code = "file_too_large",
        Message = $"The file is larger than {limit} bytes ({setting}).",
        Field = "file",
        Remedy = $"Send less, or let the operator raise the limit. {Unchanged}",
    };

    public static Problem Parameter(string field, string message, string? value = null) => new()
    {
        Code = "invalid_parameter",
        Message = message,
        Field = field,
        Value = value,
        Remedy = Unchanged,
    };

    public static Problem Purpose(string? purpose) => Parameter(
        "purpose",
        $"purpose must be one of {string.Join(", ", FilePurposes.Accepted)}{(purpose is null ? ", and there is none" : $"; got '{Short.Of(purpose)}'")}.",
        purpose is null ? null : Short.Of(purpose));

    public static Problem NotWritten(ContentWriteException exception) => exception.IsFull
        ? new Problem { Code = "storage_full", Message = "The gateway's storage has no room left for this.", Remedy = $"Its operator must make room. {Unchanged}" }
        : new Problem { Code = "storage_unavailable", Message = "The gateway's storage failed on this call, so nothing was kept; its log says why.", Remedy = "Send it again in a moment." };

    /// <summary>OpenAI's words, which the same id gets whether it never was or is another team's.</summary>
    public static Problem NoFile(string id) => new()
    {
        Code = "not_found",
        Message = $"No such File object: {Short.Of(id)}.",
        Field = "id",
        Value = Short.Of(id),
    };
}
