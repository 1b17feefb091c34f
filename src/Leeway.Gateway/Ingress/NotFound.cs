using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress;

/// <summary>404, the same for an id that never was and one of somebody else's.</summary>
internal static class NotFound
{
    public static Problem Of(string what, string id) => new()
    {
        Code = "not_found",
        Message = $"There is no {what} '{Short.Of(id)}'.",
        Field = "id",
        Value = Short.Of(id),
        Remedy = "Ids are compared as they were given, in lower case.",
    };

    public static Problem Method(string method, string path, string allow) => new()
    {
        Code = "method_not_allowed",
        Message = $"'{Short.Of(path)}' does not take {Short.Of(method)}.",
        Field = "method",
        Value = Short.Of(method),
        Remedy = $"Use {allow}.",
    };

    public static Problem Path(string path) => new()
    {
        Code = "not_found",
        Message = $"There is nothing at '{Short.Of(path)}'.",
        Field = "path",
        Value = Short.Of(path),
        Remedy = "Inference is at /v1/chat/completions, /v1/responses, /v1/messages, /v1/completions, /v1/embeddings and /v1/models, with /by/{deadline} in front if you like; requests are at /leeway/requests.",
    };
}
