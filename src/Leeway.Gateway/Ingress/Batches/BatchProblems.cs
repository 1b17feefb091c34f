using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Refusals of batch routes.</summary>
internal static class BatchProblems
{
    public static Problem NoInput(string id) => new()
    {
        Code = "not_found",
        Message = $"There is no file '{Short.Of(id)}'.",
        Field = "input_file_id",
        Value = Short.Of(id),
        Remedy = "Upload one with purpose batch and send its id. Nothing was accepted.",
    };

    public static Problem WrongPurpose(StoredFile file) => new()
    {
        Code = "invalid_parameter",
        Message = $"The file '{file.Id}' has purpose '{Short.Of(file.Purpose)}', not 'batch'.",
        Field = "input_file_id",
        Value = file.Id.ToString(),
        Remedy = "Upload it with purpose batch. Nothing was accepted.",
    };

    public static Problem Ended(string id, string state) => new()
    {
        Code = "already_ended",
        Message = $"{Short.Of(id)} cannot be cancelled: it is {state}.",
        Field = "id",
        Value = Short.Of(id),
        Remedy = "What has ended stays as it is.",
    };

    public static Problem NotEnded(string id) => new()
    {
        Code = "still_running",
        Message = $"{Short.Of(id)} has not ended.",
        Field = "id",
        Value = Short.Of(id),
        Remedy = "Cancel it and wait until it has. Nothing was deleted.",
    };

    public static Problem Archived(string id) => new()
    {
        Code = "not_found",
        Message = $"The results of {Short.Of(id)} are gone: they are kept for 29 days from its creation.",
        Field = "id",
        Value = Short.Of(id),
        Remedy = "The batch itself can still be shown.",
    };

    public static Problem BadPartial(string value) => new()
    {
        Code = "invalid_parameter",
        Message = $"Leeway-Partial must be 'accept'; got '{Short.Of(value)}'.",
        Field = "Leeway-Partial",
        Value = Short.Of(value),
        Remedy = "Leave it out to have the whole file refused when one line is bad. Nothing was accepted.",
    };
}
