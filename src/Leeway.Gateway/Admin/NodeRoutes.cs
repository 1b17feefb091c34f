using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Leeway.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/nodes</c>: who shares the database, and whose work is held by whom.</summary>
internal sealed class NodeRoutes(INodeStore nodes, NodeStanding standing)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/nodes", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<NodeRecord> rows = await nodes.ListAsync(context.RequestAborted);
        int? own = standing.Lease?.Node;
        await context.Response.WriteListAsync(rows, hasMore: false, (json, row) =>
        {
            json.WriteStartObject();
            json.WriteNumber("node", row.Id);
            json.WriteString("name", row.Name);
            json.WriteString("state", row.HeldBy is not null ? "taken_over" : row.IsExpired && nodes.IsShared ? "expired" : "live");
            json.WriteBoolean("self", row.Id == own);
            json.WriteNumber("epoch", row.Epoch);
            json.WriteInstant("started_at", row.StartedAt);
            json.WriteInstant("expires_at", nodes.IsShared ? row.ExpiresAt : null);
            if (row.HeldBy is { } holder)
            {
                json.WriteNumber("held_by", holder);
            }
            else
            {
                json.WriteNull("held_by");
            }

            json.WriteString("address", row.Address);
            json.WriteString("version", row.Version);
            json.WriteEndObject();
        });
    }
}
