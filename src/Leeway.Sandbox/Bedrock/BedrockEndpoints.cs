using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Bedrock;

/// <summary>Bedrock's runtime: Converse and InvokeModel, whole and streamed, and the count of a prompt's tokens.</summary>
internal static class BedrockEndpoints
{
    private const string Path = "/model/{id}/";

    public static void MapBedrock(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPost(Path + "converse", (RequestDelegate)(context => AnswerAsync(context, world, isConverse: true, streams: false)));
        routes.MapPost(Path + "converse-stream", (RequestDelegate)(context => AnswerAsync(context, world, isConverse: true, streams: true)));
        routes.MapPost(Path + "invoke", (RequestDelegate)(context => AnswerAsync(context, world, isConverse: false, streams: false)));
        routes.MapPost(Path + "invoke-with-response-stream", (RequestDelegate)(context => AnswerAsync(context, world, isConverse: false, streams: true)));
        routes.MapPost(Path + "count-tokens", (RequestDelegate)(context => CountAsync(context, world)));
    }

    /// <summary>The answer to a body of either operation, checked against its model.</summary>
    public static (Answer? Answer, ApiError? Error) Answer(JsonElement body, BedrockModel model, bool isConverse, AnswerContext context)
    {
        if (isConverse && model.Embeds)
        {
            return (null, AwsErrors.Validation("This action doesn't support the model that you provided. Try again with a supported text or chat model."));
        }

        try
        {
            return isConverse ? ConverseAnswer.To(body, model, context) : NativeBody.Answer(body, model, context);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses as JSON, but is no text; or a member is of another type than its name says.
            return (null, AwsErrors.NotAnObject);
        }
    }

    private static async Task AnswerAsync(HttpContext context, SandboxWorld world, bool isConverse, bool streams)
    {
        var started = world.Clock.Timestamp();
        var (model, unknown) = ModelOf(context);
        if (model is null)
        {
            await context.WriteErrorAsync(unknown!);
            return;
        }

        using var body = await context.ReadAwsObjectAsync();
        if (body is null)
        {
            return;
        }

        var (answer, error) = Answer(body.RootElement, model, isConverse, world.RealTimeContext);
        var (tier, badTier) = isConverse ? (answer?.Tier ?? default, null) : BedrockTier.Read(context.Request.Headers[BedrockTier.Header], model);
        error ??= streams && model.Embeds ? AwsErrors.Validation("The model is unsupported for streaming.") : null;
        error ??= badTier ?? (answer is not null && world.RefusesFlex(tier, answer.Digest) ? AwsErrors.Throttled : null);
        if (error is not null)
        {
            await context.WriteErrorAsync(error);
            return;
        }

        var fault = streams ? StreamFault.Draw(world.Faults) : null;
        if (fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            var factor = tier switch { ServiceTier.Flex => world.Options.Aws.FlexFactor, ServiceTier.Priority => world.Options.Aws.PriorityFactor, _ => 1m };
            world.Ledger.BillRealTime(answer!.Digest, tier, answer.Usage, answer.Model.RealTime.Of(answer.Usage) * factor);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await world.DelayFirstTokenAsync(tier, answer!.Digest, leaving.Token);
        long Latency() => (long)world.Clock.Since(started).TotalMilliseconds;
        if (answer is ConverseAnswer converse)
        {
            converse.LatencyMs = Latency();
        }

        if (!isConverse)
        {
            context.Response.Headers[BedrockTier.Header] = BedrockTier.NameOf(tier);
        }

        if (streams)
        {
            var events = answer.Events(world.Ids, world.Clock.UnixSeconds);
            context.Response.Headers["X-Amzn-Bedrock-Content-Type"] = "application/json";
            await new AwsEvents(world, context, fault).WriteAsync(
                isConverse ? Converse(events) : NativeEvents.Of(answer, events, Latency), s_streamError, leaving.Token);
            return;
        }

        if (!isConverse)
        {
            AddCounts(context.Response.Headers, answer.Usage, Latency());
        }

        await context.WriteJsonAsync(json => answer.WriteTo(json, world.Ids, world.Clock.UnixSeconds));
    }

    private static readonly EventMessage s_streamError = AwsEvents.Exception(
        "modelStreamErrorException", AwsErrors.Of(424, "ModelStreamErrorException", "The model's stream has failed.", ("originalStatusCode", 500), ("originalMessage", "the model failed")));

    private static IEnumerable<(EventMessage, bool)> Converse(IEnumerable<ServerEvent> events) =>
        events.Select(one => (EventMessage.Event(one.Name!, AwsEvents.Json(one.Write)), one.IsChunk));

    private static async Task CountAsync(HttpContext context, SandboxWorld world)
    {
        var (model, unknown) = ModelOf(context);
        using var body = model is null ? null : AwsJson.Parse(AwsCall.Of(context).Body);
        var input = body is not null && body.RootElement.Has("input", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var isConverse = input.ValueKind == JsonValueKind.Object && input.Has("converse", out var conversation) && conversation.ValueKind == JsonValueKind.Object;
        using var native = input.ValueKind == JsonValueKind.Object && input.Has("invokeModel", out var invoke) && invoke.ValueKind == JsonValueKind.Object
            && invoke.Has("body", out var bytes) && bytes.TryGetBytesFromBase64(out var decoded) ? AwsJson.Parse(decoded) : null;
        var (answer, error) = model is null ? (null, unknown)
            : isConverse ? Answer(input.GetProperty("converse"), model, isConverse: true, world.RealTimeContext with { Cache = null })
            : native is not null ? Answer(native.RootElement, model, isConverse: false, world.RealTimeContext with { Cache = null })
            : (null, AwsErrors.Missing("input"));
        await (answer is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("inputTokens", answer.Usage.Input);
            json.WriteEndObject();
        }));
    }

    private static void AddCounts(IHeaderDictionary headers, TokenUsage usage, long latencyMs)
    {
        void Add(string name, long value) => headers[$"x-amzn-bedrock-{name}"] = value.ToString(CultureInfo.InvariantCulture);

        Add("input-token-count", usage.Input - usage.Cached - usage.Written5m - usage.Written1h);
        Add("output-token-count", usage.Output);
        Add("cache-read-input-token-count", usage.Cached);
        Add("cache-write-input-token-count", usage.Written5m + usage.Written1h);
        Add("invocation-latency", latencyMs);
    }

    private static (BedrockModel? Model, ApiError? Error) ModelOf(HttpContext context)
    {
        // A slash in an ARN stays encoded in a route's value.
        var name = Uri.UnescapeDataString((string)context.Request.RouteValues["id"]!);
        return BedrockModel.Find(name) is { } model ? (model, null) : (null, AwsErrors.Validation("The provided model identifier is invalid."));
    }
}
