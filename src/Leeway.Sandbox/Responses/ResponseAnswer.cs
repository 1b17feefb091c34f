using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>The answer to a Responses body. Where it lives on it gets a <see cref="ResponseRecord"/>; as a row of a batch it is written once.</summary>
internal sealed class ResponseAnswer(ResponseRequest request, Turn turn, TokenUsage prompt)
    : Answer(request.Model, request.ModelName, request.Turn.Digest, prompt with { Output = turn.Tokens, Reasoning = turn.ThinkingTokens })
{
    public ResponseRequest Request { get; } = request;

    public Turn Turn { get; } = turn;

    public bool IsIncomplete => Turn.Stop == TurnStop.Length;

    public override bool Streams => Request.Stream;

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (request, error) = ResponseRequest.Read(body, context);
        if (request is null)
        {
            return (null, error);
        }

        var (tier, badTier) = context.TierOf(body, request.Model);
        return badTier is not null
            ? (null, badTier)
            : (new ResponseAnswer(request, Turn.Generate(request.Turn, 0, context.Seed), ImplicitCache.Use(context.Cache, request.Model, request.Prompt)) { Tier = tier }, null);
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(created);
        var record = new ResponseRecord(this, ids, new ResponseTimeline(at, at, at), fails: false);
        ResponseObject.Write(json, record, ResponseStatus.Done);
    }
}
