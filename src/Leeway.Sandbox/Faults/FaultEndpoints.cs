using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Faults;

/// <summary><c>GET /sandbox/faults</c> shows every fault with its setting and hits; <c>PUT</c> replaces all settings, those left out are off.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes, FaultSet faults)
    {
        routes.MapGet("/sandbox/faults", (RequestDelegate)(context => WriteAsync(context, faults)));
        routes.MapPut("/sandbox/faults", (RequestDelegate)(async context =>
        {
            try
            {
                var settings = await JsonSerializer.DeserializeAsync(context.Request.Body, FaultJson.Default.DictionaryStringFaultSetting, context.RequestAborted);
                Replace(faults, settings ?? []);
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException)
            {
                await context.WriteErrorAsync(new ApiError(400, exception.Message));
                return;
            }

            await WriteAsync(context, faults);
        }));
    }

    private static void Replace(FaultSet faults, Dictionary<string, FaultSetting> settings)
    {
        var parsed = settings.Select(entry =>
            !FaultNames.TryParse(entry.Key, out var kind)
                ? throw new ArgumentException($"Fault '{entry.Key}' is unknown; use {string.Join(", ", FaultNames.All)}.")
                : entry.Value?.Problem() is { } problem
                    ? throw new ArgumentException($"Fault {entry.Key}: {problem}.")
                    : (Kind: kind, Setting: entry.Value ?? new FaultSetting())).ToDictionary(entry => entry.Kind, entry => entry.Setting);
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            faults.Set(kind, parsed.GetValueOrDefault(kind) ?? new FaultSetting());
        }
    }

    private static Task WriteAsync(HttpContext context, FaultSet faults)
    {
        var reports = Enum.GetValues<FaultKind>().ToDictionary(FaultNames.NameOf, kind =>
        {
            var setting = faults.Get(kind);
            return new FaultReport(
                faults.Hits(kind), setting.Next, setting.Probability, setting.Route, setting.RetryAfter, setting.Status, setting.Seconds, setting.AfterChunks);
        });
        return context.WriteJsonAsync(json => JsonSerializer.Serialize(json, reports, FaultJson.Default.DictionaryStringFaultReport));
    }
}
