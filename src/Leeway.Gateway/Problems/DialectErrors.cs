using Leeway.Results;

namespace Leeway.Gateway.Problems;

/// <summary>The ends that Leeway itself gives deferred requests, in the dialect of the endpoint they came by.</summary>
internal sealed class DialectErrors : IDialects
{
    public RequestResult Failed(string endpoint, ProviderError error) => Result(endpoint, ProviderProblems.From(error));

    public RequestResult Expired(string endpoint, DateTimeOffset deadline) => Result(endpoint, new Problem
    {
        Code = "request_expired",
        Message = $"The deadline {deadline.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} passed without a result.",
        Remedy = "Nothing was paid unless the receipt says so. Send it again with a later deadline, or without Leeway-Lane so that it may be rescued.",
    });

    public RequestResult Cancelled(string endpoint) => Result(endpoint, new Problem { Code = "request_cancelled", Message = "The request was cancelled by its owner." });

    public RequestResult NoRoute(string endpoint, string model) => Result(endpoint, new Problem
    {
        Code = "model_not_found",
        Message = $"The model '{model}' is no longer in the configuration.",
        Field = "model",
        Value = model,
    });

    public RequestResult BodyMissing(string endpoint) => Result(endpoint, new Problem { Code = "internal_error", Message = "The stored body of this request is gone." });

    private static RequestResult Result(string endpoint, Problem problem)
    {
        Dialect dialect = Endpoints.DialectOf(endpoint);
        return new RequestResult(
            problem.Status ?? ProblemTable.Of(problem.Code).StatusIn(dialect),
            dialect == Dialect.Anthropic ? AnthropicErrors.Write(problem, requestId: null) : OpenAIErrors.Write(problem),
            problem.Code);
    }
}
