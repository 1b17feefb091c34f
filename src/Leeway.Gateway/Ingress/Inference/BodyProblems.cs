using System.Globalization;
using Leeway.Adapters.Wire;
using Leeway.Gateway.Problems;
using Leeway.Routing;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>What is wrong with a body or its model, as a refusal.</summary>
internal static class BodyProblems
{
    public static Problem From(BodyProblem problem) => new()
    {
        Code = problem.Kind switch
        {
            BodyProblemKind.Syntax => "invalid_json",
            BodyProblemKind.Encoding => "invalid_encoding",
            BodyProblemKind.TooDeep => "nested_too_deep",
            BodyProblemKind.NotAnObject => "body_not_an_object",
            BodyProblemKind.WrongType => "invalid_type",
            BodyProblemKind.MissingModel => "missing_model",
            BodyProblemKind.DuplicateMember => "duplicate_member",
            BodyProblemKind.ForbiddenMember => "forbidden_member",
            _ => "invalid_json",
        },
        Message = $"{problem.Message} (line {problem.Line}, column {problem.Column})",
        Field = problem.Member,
        Remedy = "Nothing was sent or queued.",
    };

    public static Problem From(FieldProblem problem) => new()
    {
        Code = problem.Field is null ? "endpoint_not_supported" : "field_not_supported",
        Message = problem.Line > 0 ? $"{problem.Message} (line {problem.Line}, column {problem.Column})" : problem.Message,
        Field = problem.Field,
        Remedy = $"{problem.Remedy} Nothing was sent or queued.",
    };

    public static Problem Empty() => new()
    {
        Code = "body_missing",
        Message = "The body is empty.",
        Remedy = "Send a JSON object with the member 'model'. Nothing was sent or queued.",
    };

    public static Problem From(RouteProblem problem) => problem.Kind switch
    {
        RouteProblemKind.UnpricedModel => new Problem
        {
            Code = "model_unpriced",
            Message = $"The price of model '{Short.Of(problem.Model)}' is unknown, so its cost could not be told.",
            Field = "model",
            Value = Short.Of(problem.Model),
            Remedy = $"Give it one in leeway.yaml: models.\"{Short.Of(problem.Model)}\".price: {{ input: \"…\", output: \"…\" }} (USD per million tokens), or import a price list that has it into the file of prices.file: leeway prices import FILE.",
        },
        RouteProblemKind.NoProvider => new Problem
        {
            Code = "no_provider",
            Message = "No provider is configured.",
            Remedy = "Set OPENAI_API_KEY, or declare one under providers: in leeway.yaml.",
        },
        RouteProblemKind.UnlistedModel => new Problem
        {
            Code = "model_not_found",
            Message = $"The model '{Short.Of(problem.Model)}' does not exist here: no known price list has it.{(problem.Nearest is null ? "" : $" Did you mean '{problem.Nearest}'?")}",
            Field = "model",
            Value = Short.Of(problem.Model),
            Remedy = $"GET /v1/models lists every name. To add one: leeway prices import FILE, or declare it in leeway.yaml with models.\"{Short.Of(problem.Model)}\".price.",
        },
        _ => new Problem
        {
            Code = "model_not_found",
            Message = $"The model '{Short.Of(problem.Model)}' does not exist here.{(problem.Nearest is null ? "" : $" Did you mean '{problem.Nearest}'?")}",
            Field = "model",
            Value = Short.Of(problem.Model),
            Remedy = "GET /v1/models lists every name.",
        },
    };

    public static Problem TooLarge(long? length, long limit) => new()
    {
        Code = "body_too_large",
        Message = length is { } bytes
            ? $"The body has {bytes} bytes; the limit is {limit} (server.limits.body)."
            : $"The body is larger than {limit} bytes (server.limits.body).",
        Field = "body",
        Value = length?.ToString(CultureInfo.InvariantCulture),
        Remedy = "Send less, or let the operator raise the limit. Nothing was sent or queued.",
    };
}
