using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>generateContent in its forms and countTokens, under the address of either of Google's APIs; embeddings at the Gemini API.</summary>
internal static class GenerateEndpoints
{
    private const long MaxBytes = 20 * 1024 * 1024;

    /// <param name="prefix">Up to and with <c>models/</c>.</param>
    /// <param name="kind">Whose models are served.</param>
    public static void MapGenerateContent(this IEndpointRouteBuilder routes, SandboxWorld world, string prefix, SandboxKind kind)
    {
        Map(routes, prefix, "generateContent", kind, (context, model, name, body) =>
            AnswerAsync(context, world, new GenerateTarget(model, name, GenerateForm.Whole, TakesLabels(kind)), body));
        Map(routes, prefix, "streamGenerateContent", kind, (context, model, name, body) => AnswerAsync(
            context, world, new GenerateTarget(model, name, context.Request.Query["alt"] == "sse" ? GenerateForm.Events : GenerateForm.Array, TakesLabels(kind)), body));
        Map(routes, prefix, "countTokens", kind, (context, _, _, body) => CountAsync(context, body, TakesLabels(kind)));
    }

    public static void MapEmbedContent(this IEndpointRouteBuilder routes, SandboxWorld world, string prefix, SandboxKind kind)
    {
        Map(routes, prefix, "embedContent", kind, (context, model, name, body) => SendAsync(context, world, EmbedAnswer.ToOne(model, name, body)), ModelUse.Embeddings);
        Map(routes, prefix, "batchEmbedContents", kind, (context, model, name, body) => SendAsync(context, world, EmbedAnswer.ToMany(model, name, body)), ModelUse.Embeddings);
    }

    /// <summary>The model an address names, if it is Google's own and the vendor has it for this use.</summary>
    public static (SandboxModel? Model, ApiError? Error) FindModel(string name, SandboxKind kind, ModelUse use, string method) =>
        ModelCatalog.Find(name, kind) is { } model && model.Use == use && model.ServedBy.HasFlag(SandboxKind.Gemini)
            ? (model, null)
            : (null, new ApiError(404, $"models/{name} is not found for API version v1beta, or is not supported for {method}. Call ListModels to see the list of available models and their supported methods."));

    private static void Map(
        IEndpointRouteBuilder routes, string prefix, string method, SandboxKind kind, Func<HttpContext, SandboxModel, string, JsonElement, Task> answer, ModelUse use = ModelUse.Chat) =>
        routes.MapPost($"{prefix}{{model}}:{method}", (RequestDelegate)(async context =>
        {
            var name = (string)context.Request.RouteValues["model"]!;
            var (model, error) = FindModel(name, kind, use, method);
            if (model is null)
            {
                await context.WriteErrorAsync(error!);
                return;
            }

            using var body = await context.ReadJsonObjectAsync(MaxBytes);
            if (body is not null)
            {
                await answer(context, model, name, body.RootElement);
            }
        }));

    private static Task AnswerAsync(HttpContext context, SandboxWorld world, GenerateTarget target, JsonElement body)
    {
        var (answer, error) = GenerateAnswer.To(target, body, world.RealTimeContext);
        if (answer is not null && world.Faults.Strikes(FaultKind.Blocked, out var setting))
        {
            answer = answer.Blocked(setting);
        }

        return SendAsync(context, world, (answer, error));
    }

    private static Task SendAsync(HttpContext context, SandboxWorld world, (Answer? Answer, ApiError? Error) made) =>
        made.Answer is { } answer ? RealTimeEndpoint.SendAsync(context, world, answer) : context.WriteErrorAsync(made.Error!);

    /// <summary>Free of charge. The body holds contents, or a whole request.</summary>
    private static Task CountAsync(HttpContext context, JsonElement body, bool takesLabels)
    {
        var whole = body.HasField("generateContentRequest", out var request) ? request : body;
        long tokens;
        try
        {
            if (GenerateFields.Check(whole, takesLabels) is { } wrong)
            {
                return context.WriteErrorAsync(wrong);
            }

            tokens = GenerateRequest.Pieces(whole).Sum(piece => (long)piece.Tokens);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return context.WriteErrorAsync(ApiError.UnparsableBody);
        }

        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("totalTokens", tokens);
            json.WriteStartArray("promptTokensDetails");
            json.WriteStartObject();
            json.WriteString("modality", "TEXT");
            json.WriteNumber("tokenCount", tokens);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static bool TakesLabels(SandboxKind kind) => kind == SandboxKind.Vertex;
}
