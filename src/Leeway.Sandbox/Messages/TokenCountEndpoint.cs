using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Messages;

/// <summary>Counts the input tokens of a Messages body; free of charge.</summary>
internal static class TokenCountEndpoint
{
    public static void MapTokenCount(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/messages/count_tokens", (RequestDelegate)(async context =>
        {
            using var body = await context.ReadJsonObjectAsync();
            if (body is null)
            {
                return;
            }

            var (request, error) = Read(body.RootElement, context.Request.Headers["anthropic-version"]);
            if (request is null)
            {
                await context.WriteErrorAsync(error!);
                return;
            }

            await context.WriteJsonAsync(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("input_tokens", request.Prompt.Sum(piece => (long)piece.Tokens));
                json.WriteEndObject();
            });
        }));

    private static (MessageRequest? Request, ApiError? Error) Read(System.Text.Json.JsonElement body, string? version)
    {
        try
        {
            return MessageRequest.Read(body, version, counting: true);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return (null, ApiError.UnparsableBody);
        }
    }
}
