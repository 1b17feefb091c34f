using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>Finds responses of ours.</summary>
internal sealed class StoredResponses(IRequestStore requests, IResponseStore responses)
{
    /// <summary>The response of a request, or null when there is none, it was deleted, or it came by another endpoint.</summary>
    public async Task<StoredResponse?> FindAsync(RequestId id, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(id, cancellationToken) is not { Request.Group.Endpoint: Endpoints.Responses } record)
        {
            return null;
        }

        ResponseNote? note = await responses.FindAsync(id, cancellationToken);
        return note is { IsDeleted: true }
            ? null
            : new StoredResponse(record, await requests.ReadBodyAsync(id, cancellationToken) ?? default, note?.Previous);
    }

    /// <summary>Answers with the object as it stands.</summary>
    public async Task WriteAsync(HttpContext context, RequestId id)
    {
        StoredResponse response = await FindAsync(id, context.RequestAborted) ?? throw new InvalidOperationException($"{id} is gone.");
        await context.Response.WriteJsonAsync(response.Write());
    }
}
