using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Embeddings;

internal static class EmbeddingsEndpoint
{
    public static void MapEmbeddings(this IEndpointRouteBuilder routes, SandboxWorld world) =>
        routes.MapPost("/v1/embeddings", (RequestDelegate)(async context =>
        {
            using var body = await context.ReadJsonObjectAsync();
            if (body is null)
            {
                return;
            }

            var (answer, error) = Answer.To("/v1/embeddings", body.RootElement, world.Options.Seed);
            if (answer is null)
            {
                await context.WriteErrorAsync(error!);
                return;
            }

            world.BillRealTime(answer);
            using var leaving = world.LinkToShutdown(context.RequestAborted);
            await world.DelayFirstTokenAsync(answer.Digest, leaving.Token);
            await context.WriteJsonAsync(json => answer.WriteTo(json, world.Ids, world.Clock.UnixSeconds));
        }));
}
