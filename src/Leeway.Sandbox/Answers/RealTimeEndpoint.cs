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
    public static void MapRealTime(this IEndpointRouteBuilder routes, SandboxWorld world, string endpoint, long? maxBytes = null) => routes.MapRealTime(
        world, endpoint, endpoint, context => world.RealTimeContext with { Version = context.Request.Headers["anthropic-version"] }, maxBytes);

    /// <param name="pattern">The path, where it is not that of the endpoint.</param>
    public static void MapRealTime(
        this IEndpointRouteBuilder routes, SandboxWorld world, string pattern, string endpoint, Func<HttpContext, AnswerContext> answering, long? maxBytes = null) =>
        routes.MapPost(pattern, (RequestDelegate)(async context =>
        {
            using var body = await context.ReadJsonObjectAsync(maxBytes);
            if (body is null)
            {
                return;
            }

            var (answer, error) = Answer.To(endpoint, body.RootElement, answering(context));
            await (answer is null ? context.WriteErrorAsync(error!) : SendAsync(context, world, answer));
        }));

    /// <summary>Bills an answer and sends it after the time a model takes.</summary>
    public static async Task SendAsync(HttpContext context, SandboxWorld world, Answer answer)
    {
        if (world.RefusesFlex(answer.Tier, answer.Digest))
        {
            await context.WriteErrorAsync(answer.NoFlex);
            return;
        }

        var fault = answer.Streams ? StreamFault.Draw(world.Faults) : null;
        if (fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(answer);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await world.DelayFirstTokenAsync(answer.Tier, answer.Digest, leaving.Token);
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
