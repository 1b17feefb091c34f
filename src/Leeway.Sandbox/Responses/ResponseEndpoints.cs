using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Webhooks;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Responses;

internal static class ResponseEndpoints
{
    private const string Endpoint = "/v1/responses";

    public static void MapResponses(this IEndpointRouteBuilder routes, SandboxWorld world) => routes.MapResponses(world, Endpoint, world.RealTimeContext);

    /// <param name="path">Where it is served.</param>
    /// <param name="answering">With the store of its responses.</param>
    public static void MapResponses(this IEndpointRouteBuilder routes, SandboxWorld world, string path, AnswerContext answering)
    {
        var stored = answering.Responses;
        routes.MapPost(path, (RequestDelegate)(context => WithAnswerAsync(context, answering, answer => CreateAsync(context, world, stored, answer))));
        routes.MapPost(path + "/input_tokens", (RequestDelegate)(context => WithAnswerAsync(context, answering with { Cache = null }, answer => CountAsync(context, answer))));
        routes.MapGet(path + "/{id}", (RequestDelegate)(context => WithRecordAsync(context, stored, record => GetAsync(context, world, record))));
        routes.MapGet(path + "/{id}/input_items", (RequestDelegate)(context => WithRecordAsync(context, stored, record => ListInputAsync(context, record))));
        routes.MapDelete(path + "/{id}", (RequestDelegate)(context => WithRecordAsync(context, stored, record => DeleteAsync(context, stored, record))));
        routes.MapPost(path + "/{id}/cancel", (RequestDelegate)(context => WithRecordAsync(context, stored, record =>
        {
            if (!record.Answer.Request.Background)
            {
                return context.WriteErrorAsync(new ApiError(400, "Cannot cancel a synchronous response."));
            }

            stored.Cancel(record);
            WebhookEndpoints.SignalAfter(context, world);
            return WriteAsync(context, world, record);
        })));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, ResponseStore stored, ResponseAnswer answer)
    {
        if (world.RefusesFlex(answer.Tier, answer.Digest))
        {
            await context.WriteErrorAsync(answer.NoFlex);
            return;
        }

        var request = answer.Request;
        var now = world.Clock.Now;
        var timeline = request.Background
            ? ResponseTimeline.Draw(world.BackgroundTurnaround, world.Options.Seed, answer.Digest, now)
            : new ResponseTimeline(now, now, now);
        var fails = request.Background && world.Faults.Strikes(FaultKind.StreamErrorAfter200);
        var record = new ResponseRecord(answer, world.Ids, timeline, fails)
        {
            InputItems = request.Store ? ResponseItems.OfInput(request.Body, world.Ids) : [],
            IsSettled = !request.Background,
        };
        var fault = request.Stream ? StreamFault.Draw(world.Faults) : null;
        using var leaving = world.LinkToShutdown(context.RequestAborted);
        if (!request.Background)
        {
            if (fault?.Kind != FaultKind.StreamErrorAfter200)
            {
                world.BillRealTime(answer);
            }

            await world.DelayFirstTokenAsync(answer.Tier, answer.Digest, leaving.Token);
        }

        if (request.Store)
        {
            stored.Add(record);
        }

        if (request.Background)
        {
            WebhookEndpoints.SignalAfter(context, world);
        }

        await (request.Stream
            ? ResponseStream.WriteAsync(context, world, record, 0, fault, leaving.Token)
            : context.WriteJsonAsync(json => ResponseObject.Write(json, record, request.Background ? ResponseStatus.Queued : ResponseStatus.Done)));
    }

    private static async Task GetAsync(HttpContext context, SandboxWorld world, ResponseRecord record)
    {
        var query = context.Request.Query;
        if (query["stream"] != "true")
        {
            await WriteAsync(context, world, record);
            return;
        }

        if (!record.Answer.Request.Stream)
        {
            await context.WriteErrorAsync(ApiError.Invalid("stream", "This response was not created with 'stream' set to true, so it cannot be streamed."));
            return;
        }

        var after = -1;
        if (query["starting_after"].ToString() is { Length: > 0 } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            await context.WriteErrorAsync(ApiError.Invalid("starting_after", $"Invalid 'starting_after': expected an integer, got '{text}'."));
            return;
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await ResponseStream.WriteAsync(context, world, record, after + 1, StreamFault.Draw(world.Faults), leaving.Token);
    }

    private static Task CountAsync(HttpContext context, ResponseAnswer answer) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "response.input_tokens");
        json.WriteNumber("input_tokens", answer.Usage.Input);
        json.WriteEndObject();
    });

    private static Task ListInputAsync(HttpContext context, ResponseRecord record)
    {
        var items = context.Request.Query["order"] == "asc" ? record.InputItems : [.. record.InputItems.Reverse()];
        var (page, error) = Page<(string Id, JsonElement Item)>.Cut(context.Request, items, one => one.Id, 20, 100);
        return page is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json => page.WriteTo(json, one => one.Id, (writer, one) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", one.Id);
            foreach (var field in one.Item.EnumerateObject().Where(field => field.Name != "id"))
            {
                field.WriteTo(writer);
            }

            writer.WriteEndObject();
        }));
    }

    private static Task DeleteAsync(HttpContext context, ResponseStore stored, ResponseRecord record)
    {
        stored.Delete(record.Id);
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", record.Id);
            json.WriteString("object", "response");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, ResponseRecord record) =>
        context.WriteJsonAsync(json => ResponseObject.Write(json, record, record.StatusAt(world.Clock.Now)));

    private static async Task WithAnswerAsync(HttpContext context, AnswerContext answering, Func<ResponseAnswer, Task> use)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        // A stored response outlives the call, and repeats parts of its body.
        var root = BodyFields.Flag(body.RootElement, "store", true) ? body.RootElement.Clone() : body.RootElement;
        var (answer, error) = Answer.To(Endpoint, root, answering);
        await (answer is ResponseAnswer response ? use(response) : context.WriteErrorAsync(error!));
    }

    private static Task WithRecordAsync(HttpContext context, ResponseStore stored, Func<ResponseRecord, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return stored.Find(id) is { } record ? use(record) : context.WriteErrorAsync(new ApiError(404, $"Response with id '{id}' not found."));
    }
}
