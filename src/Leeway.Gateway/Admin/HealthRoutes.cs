using Leeway.Gateway.Configuration;
using Leeway.Gateway.Ingress;
using Leeway.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: the storage answers, the node holds its work and is not about to stop, and the
/// configuration in force is the one on disk. What goes on in spite of trouble is told beside it.
/// </summary>
internal sealed class HealthRoutes(IBatchStore batches, ConfigWatcher config, NodeStanding standing)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (HttpContext context) => WriteAsync(context, true, []));
        routes.MapGet("/health/ready", ReadyAsync);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var troubles = new List<string>();
        try
        {
            await batches.ListAsync(null, 1, context.RequestAborted).WaitAsync(s_patience, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            troubles.Add($"storage: no answer within {s_patience.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            troubles.Add($"storage: {exception.Message}");
        }

        if (standing.Trouble is { } trouble)
        {
            troubles.Add($"node: {trouble}");
        }

        if (troubles.Count > 0)
        {
            troubles.Add("calls in real time go on; deferred work waits and goes on by itself");
        }

        if (standing.IsDraining)
        {
            troubles.Add("node: it is about to stop; send calls to another");
        }

        // A configuration that could not be reloaded leaves the last good one in force: worth a word, no reason to take no traffic.
        var notes = config.LastReloadSucceeded ? Array.Empty<string>() : ["config: the last reload failed; the last good one is in force"];
        await WriteAsync(context, troubles.Count == 0, [.. troubles, .. notes]);
    }

    private static Task WriteAsync(HttpContext context, bool ok, IReadOnlyList<string> notes)
    {
        context.Response.StatusCode = ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("status", ok ? "ok" : "unavailable");
            json.WriteStartArray("notes");
            foreach (string note in notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
