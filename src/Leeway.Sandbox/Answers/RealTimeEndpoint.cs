using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Answers;

/// <summary>A call that is answered on its own connection, whole or as events.</summary>
internal static class RealTimeEndpoint
{
    /// <param name="maxBytes">Of a body; null is no limit.</param>
    public static void MapRealTime(this IEndpointRouteBuilder routes, SandboxWorld world, string endpoint, long? maxBytes = null) =>
        routes.MapPost(endpoint, (RequestDelegate)(async context =>
        {
            using var body = await context.ReadJsonObjectAsync(maxBytes);
            if (body is not null)
            {
                await AnswerAsync(context, world, endpoint, body.RootElement);
            }
        }));

    private static async Task AnswerAsync(HttpContext context, SandboxWorld world, string endpoint, JsonElement body)
    {
        var (answer, error) = Answer.To(endpoint, body, world.RealTimeContext with { Version = context.Request.Headers["anthropic-version"] });
        if (answer is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        if (world.RefusesFlex(answer))
        {
            await context.WriteErrorAsync(ApiError.NoFlex);
            return;
        }

        var fault = answer.Streams ? StreamFault.Draw(world.Faults) : null;
        if (fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(answer);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await world.DelayFirstTokenAsync(answer.Digest, leaving.Token);
        if (answer.Streams)
        {
            await new EventStream(world, context, fault).WriteAsync(answer, leaving.Token);
        }
        else
        {
            await context.WriteJsonAsync(json => answer.WriteTo(json, world.Ids, world.Clock.UnixSeconds));
        }
    }
}
