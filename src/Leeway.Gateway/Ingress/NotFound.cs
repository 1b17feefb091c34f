using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress;

/// <summary>404, the same for an id that never was and one of somebody else's.</summary>
internal static class NotFound
{
    public static Problem Of(string what, string id) => new()
    {
        Code = "not_found",
        Message = $"There is no {what} '{(id.Length > 60 ? id[..60] : id)}'.",
        Field = "id",
        Value = id.Length > 60 ? id[..60] : id,
    };

    public static Problem Path(string path) => new()
    {
        Code = "not_found",
        Message = $"There is nothing at '{(path.Length > 120 ? path[..120] : path)}'.",
        Remedy = "Inference is at /v1/chat/completions, /v1/embeddings and /v1/models, with /by/{deadline} in front if you like; requests are at /leeway/requests.",
    };
}
