using System.Text;
using System.Text.Json;
using Leeway.Gateway.Problems;
using Leeway.RealTime;
using Leeway.Routing;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>Responses that were answered in real time. Their provider keeps them, so what is asked of them is asked there, and comes back under our id.</summary>
internal sealed class ProviderResponses(IEnumerable<IProvider> providers, RouteTable routes, ResponseSeal seal, FreeCall free)
{
    private readonly Dictionary<string, IProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>Does it and answers; false when <paramref name="id"/> is no such response of the team's.</summary>
    public async Task<bool> TryAnswerAsync(HttpContext context, string team, string id, StoredAction action, QueryString query)
    {
        if (await seal.OpenAsync(team, id, context.RequestAborted) is not { } kept
            || routes.DeploymentAt(kept.Provider) is not { } deployment
            || _providers[deployment.Kind] is not IResponseProvider provider
            || _providers[deployment.Kind].Capabilities.ServingOf(deployment, Endpoints.Responses) != Serving.Native)
        {
            return false;
        }

        FreeAnswer answer = await free.SendAsync(
            deployment, cancellationToken => provider.SendStoredAsync(deployment, new StoredCall(action, kept.Id, query.Value ?? ""), cancellationToken), context.RequestAborted);
        if (answer.Error is { Kind: ProviderErrorKind.NotFound })
        {
            return false;
        }

        if (answer.Error is { } error)
        {
            // Its words may name its id.
            await ProblemWriter.WriteAsync(context, ProviderProblems.From(error with { Body = default, Message = error.Message.Replace(kept.Id, id, StringComparison.Ordinal) }));
            return true;
        }

        await context.Response.WriteJsonAsync(await RenameAsync(answer.Body, team, kept, id, context.RequestAborted));
        return true;
    }

    private async Task<byte[]> RenameAsync(ReadOnlyMemory<byte> body, string team, (string Provider, string Id) kept, string id, CancellationToken cancellationToken)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        string previous = ResponseEvents.Text(document.RootElement, "previous_response_id");
        string text = Encoding.UTF8.GetString(body.Span).Replace($"\"{kept.Id}\"", $"\"{id}\"", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(previous.Length == 0
            ? text
            : text.Replace($"\"{previous}\"", $"\"{await seal.SealAsync(team, kept.Provider, previous, cancellationToken)}\"", StringComparison.Ordinal));
    }
}
