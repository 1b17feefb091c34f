using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vertex;

/// <summary>Claude at Vertex AI: Anthropic's answers, events and errors under Google's address and credentials.</summary>
internal static class RawPredictEndpoints
{
    // 32 MB, as at Anthropic.
    private const long MaxBytes = 32 * 1024 * 1024;

    public static void MapRawPredict(this IEndpointRouteBuilder routes, SandboxWorld world, string prefix)
    {
        foreach (var method in (ReadOnlySpan<string>)["rawPredict", "streamRawPredict"])
        {
            routes.MapPost($"{prefix}{{model}}:{method}", (RequestDelegate)(context => AnswerAsync(context, world)));
        }
    }

    /// <summary>A model of Anthropic that Vertex AI serves, by the name it has there: <c>claude-haiku-4-5@20251001</c>.</summary>
    public static SandboxModel? FindClaude(string name) =>
        ModelCatalog.Find(name, SandboxKind.Vertex) is { } model && model.ServedBy.HasFlag(SandboxKind.Anthropic) ? model : null;

    private static async Task AnswerAsync(HttpContext context, SandboxWorld world)
    {
        var name = (string)context.Request.RouteValues["model"]!;
        if (FindClaude(name) is null)
        {
            await context.WriteErrorAsync(new ApiError(404, $"Publisher Model `publishers/anthropic/models/{name}` was not found or your project does not have access to it."));
            return;
        }

        using var body = await context.ReadJsonObjectAsync(MaxBytes);
        if (body is null)
        {
            return;
        }

        var (answer, error) = To(body.RootElement, name, world.RealTimeContext);
        await (answer is not null
            ? RealTimeEndpoint.SendAsync(context, world, answer)
            : context.WriteJsonAsync(json => AnthropicVendor.Write(json, error!, world.Ids.Next("req_vrtx_")), error!.Status));
    }

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, string name, AnswerContext context)
    {
        try
        {
            var (messages, error) = ClaudeBody.ToMessages(body, name.Replace('@', '-'));
            using (messages)
            {
                return messages is null ? (null, error) : MessageAnswer.To(messages.RootElement, context);
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return (null, ApiError.UnparsableBody);
        }
    }
}
