using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Chat;

internal static class ChatEndpoint
{
    private static readonly FaultKind[] s_streamFaults = [FaultKind.StreamCut, FaultKind.StreamStall, FaultKind.StreamGarbage, FaultKind.StreamErrorAfter200];

    public static void MapChat(this IEndpointRouteBuilder routes, SandboxWorld world) =>
        routes.MapPost("/v1/chat/completions", (RequestDelegate)(context => AnswerAsync(context, world)));

    private static async Task AnswerAsync(HttpContext context, SandboxWorld world)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var (answer, error) = Answer.To("/v1/chat/completions", body.RootElement, world.Options.Seed);
        if (answer is not ChatAnswer chat)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        FaultKind? fault = null;
        FaultSetting? setting = null;
        if (chat.Request.Stream)
        {
            foreach (var kind in s_streamFaults)
            {
                if (world.Faults.Strikes(kind, out setting))
                {
                    fault = kind;
                    break;
                }
            }
        }

        if (fault != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(chat);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await world.DelayFirstTokenAsync(chat.Digest, leaving.Token);
        if (chat.Request.Stream)
        {
            await new ChatStream(world, context, chat, fault, setting).WriteAsync(leaving.Token);
        }
        else
        {
            await context.WriteJsonAsync(json => chat.WriteTo(json, world.Ids, world.Clock.UnixSeconds));
        }
    }
}
