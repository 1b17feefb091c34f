using Leeway.Results;

namespace Leeway.Gateway.Problems;

/// <summary>Errors in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal sealed class OpenAIErrors : IDialects
{
    public static byte[] Write(Problem problem)
    {
        if (!problem.Verbatim.IsEmpty)
        {
            return problem.Verbatim.ToArray();
        }

        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", problem.FullMessage);
            json.WriteString("type", ProblemTable.Of(problem.Code).Type);
            json.WriteString("param", problem.Field);
            json.WriteString("code", problem.Code);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    public RequestResult Failed(string endpoint, ProviderError error) => Result(ProviderProblems.From(error));

    public RequestResult Expired(string endpoint, DateTimeOffset deadline) => Result(new Problem
    {
        Code = "request_expired",
        Message = $"The deadline {deadline.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} passed without a result.",
        Remedy = "Nothing was paid unless the receipt says so. Send it again with a later deadline, or without Leeway-Lane so that it may be rescued.",
    });

    public RequestResult Cancelled(string endpoint) => Result(new Problem { Code = "request_cancelled", Message = "The request was cancelled by its owner." });

    public RequestResult NoRoute(string endpoint, string model) => Result(new Problem
    {
        Code = "model_not_found",
        Message = $"The model '{model}' is no longer in the configuration.",
        Field = "model",
        Value = model,
    });

    public RequestResult BodyMissing(string endpoint) => Result(new Problem { Code = "internal_error", Message = "The stored body of this request is gone." });

    private static RequestResult Result(Problem problem) =>
        new(problem.Status ?? ProblemTable.Of(problem.Code).Status, Write(problem), problem.Code);
}
