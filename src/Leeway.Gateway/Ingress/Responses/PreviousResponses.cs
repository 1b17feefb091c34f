using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Leeway.Routing;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>Finds what <c>previous_response_id</c> means: a response of the caller's team, and where it is kept.</summary>
internal sealed class PreviousResponses(StoredResponses stored, ResponseSeal seal, RouteTable routes)
{
    /// <summary>The previous response that <paramref name="body"/> names; null without a problem when it names none, or is a body that will be refused anyway.</summary>
    public async Task<(PreviousResponse? Previous, Problem? Problem)> FindAsync(Principal caller, ReadOnlyMemory<byte> body, int maxDepth, CancellationToken cancellationToken)
    {
        if (body.Span.IndexOf("previous_response"u8) < 0 || !OpenAIBody.TryScan(body.Span, out OpenAIBodyScan scan, out _, maxDepth) || scan.PreviousResponse is not { } id)
        {
            return (null, null);
        }

        (string Provider, string Id)? kept;
        if (ResponseId.TryParse(id, out RequestId request))
        {
            StoredResponse? response = await stored.FindAsync(request, cancellationToken);
            if (response?.Record.Request.Team != caller.Team)
            {
                return (null, Unknown(id));
            }

            kept = AnswerOf(response);
            if (kept is null)
            {
                return (null, Unanswered(id, response));
            }
        }
        else
        {
            kept = await seal.OpenAsync(caller.Team, id, cancellationToken);
        }

        return kept is { } found
            ? (new PreviousResponse(id, found.Provider, found.Id, Replace(body.Span, scan.PreviousResponseRange, found.Id)), null)
            : (null, Unknown(id));
    }

    /// <summary>The refusal of an id that is not the caller's, or of one where none can be looked up.</summary>
    public static Problem Unknown(string id) => new()
    {
        Code = "previous_response_not_found",
        Message = $"There is no response '{Short.Of(id)}' to go on from.",
        Field = "previous_response_id",
        Value = Short.Of(id),
        Remedy = "Give the id of a response that you got here, on a call of its own, or send the turns before in input. Nothing was sent or queued.",
    };

    /// <summary>The refusal when no deployment of the model is where the previous response is kept.</summary>
    public static Problem Elsewhere(string id, string model) => new()
    {
        Code = "previous_response_elsewhere",
        Message = $"The response '{Short.Of(id)}' is kept by a provider that does not serve the model '{Short.Of(model)}' here.",
        Field = "previous_response_id",
        Value = Short.Of(id),
        Remedy = "Ask the model that gave it, or send the turns before in input. Nothing was sent or queued.",
    };

    private static Problem Unanswered(string id, StoredResponse response) => new()
    {
        Code = "previous_response_unanswered",
        Message = $"The response '{Short.Of(id)}' is {ResponseObject.StatusOf(response.Record.Request.State)} and has no answer to go on from.",
        Field = "previous_response_id",
        Value = Short.Of(id),
        Remedy = "Wait until it is completed. Nothing was sent or queued.",
    };

    // Who was paid for the answer keeps it.
    private (string Provider, string Id)? AnswerOf(StoredResponse response)
    {
        if (response.Record is not { Request.State: RequestState.Succeeded, Result: { } result })
        {
            return null;
        }

        string deployment = response.Record.Entries.LastOrDefault(entry => !entry.Duplicate)?.Deployment ?? response.Record.Request.Group.Deployment;
        using JsonDocument document = JsonDocument.Parse(result.Body);
        string id = ResponseEvents.Text(document.RootElement, "id");
        return id.Length > 0 && routes.FindDeployment(deployment) is { } found ? (found.Provider, id) : null;
    }

    private static byte[] Replace(ReadOnlySpan<byte> body, ByteRange range, string id) =>
        [.. body[..range.Start], .. JsonSerializer.SerializeToUtf8Bytes(id), .. body[range.End..]];
}
