using System.Text.Json;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Leeway.Planning.Turnaround;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/turnaround</c>: how long batches take, as far as it was seen, and what is assumed where it was not.</summary>
internal sealed class TurnaroundRoutes(TurnaroundForecast forecast)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/turnaround", ListAsync);

    private Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "deployment");
        return context.Response.WriteListAsync(forecast.Views(query.Text("deployment")), hasMore: false, static (json, view) =>
        {
            json.WriteStartObject();
            json.WriteString("deployment", view.Deployment);
            json.WriteString("requests", view.Size);
            json.WriteString("submitted", view.Hours);
            json.WriteNumber("seen", view.Seen);
            json.WriteNumber("censored", view.Censored);
            json.WriteNumber("open", view.Open);
            json.WriteNumber("weight", Math.Round(view.Weight, 1));
            WriteQuantile(json, "p50_s", view.Curve, 0.5);
            WriteQuantile(json, "p90_s", view.Curve, 0.9);
            WriteQuantile(json, "p99_s", view.Curve, 0.99);
            WriteDone(json, "done_15m", view.Curve, TimeSpan.FromMinutes(15));
            WriteDone(json, "done_1h", view.Curve, TimeSpan.FromHours(1));
            WriteDone(json, "done_6h", view.Curve, TimeSpan.FromHours(6));
            WriteDone(json, "done_24h", view.Curve, TimeSpan.FromHours(24));
            json.WriteString("regime", view.Regime);
            json.WriteInstant("since", view.Since);
            json.WriteNumber("evidence", Math.Round(view.Evidence, 1));
            json.WriteString("evidence_for", view.EvidenceFor);
            json.WriteEndObject();
        });
    }

    // Null where more than the rest never ends.
    private static void WriteQuantile(Utf8JsonWriter json, string name, SurvivalCurve curve, double probability)
    {
        if (curve.Quantile(probability) is { } time)
        {
            json.WriteNumber(name, Math.Round(time.TotalSeconds, 1));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteDone(Utf8JsonWriter json, string name, SurvivalCurve curve, TimeSpan age) => json.WriteNumber(name, Math.Round(1 - curve.At(age), 4));
}
