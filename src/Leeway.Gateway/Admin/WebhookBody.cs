using System.Text.Json;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>The body that registers a webhook endpoint: <c>{"url":"https://…","team":"research","events":["batch.completed"]}</c>; only the URL is needed.</summary>
internal sealed record WebhookBody(string Url, string Team, IReadOnlyList<string> Events)
{
    private const string Remedy = "Send {\"url\":\"https://…\"}, and \"events\" and \"team\" if you like. Nothing was registered.";

    public static async Task<(WebhookBody? Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, Remedy, mayBeMissing: false, "url", "team", "events");
        return problem is null ? Read(root) : (null, problem);
    }

    private static (WebhookBody?, Problem?) Read(JsonElement root)
    {
        string? url = AdminBody.Text(root, "url", Remedy, out Problem? badUrl);
        string team = AdminBody.Text(root, "team", Remedy, out Problem? badTeam) ?? Teams.Default;
        (IReadOnlyList<string> events, Problem? badEvents) = ReadEvents(root);
        Problem? problem = badUrl
            ?? (url is null ? AdminBody.Bad("url", "The member 'url' is missing.", Remedy) : null)
            ?? badTeam
            ?? KeyBody.CheckTeam(team, Remedy)
            ?? badEvents;
        return problem is null ? (new WebhookBody(url!, team, events), null) : (null, problem);
    }

    private static (IReadOnlyList<string> Events, Problem? Problem) ReadEvents(JsonElement root)
    {
        var events = new List<string>();
        if (!root.TryGetProperty("events", out JsonElement wanted))
        {
            return (events, null);
        }

        foreach (JsonElement one in wanted.ValueKind == JsonValueKind.Array ? wanted.EnumerateArray() : [])
        {
            if (one.ValueKind == JsonValueKind.String && DeliveryEvents.Subscribable.Contains(one.GetString()!))
            {
                events.Add(one.GetString()!);
            }
            else
            {
                return (events, AdminBody.Bad("events", $"There is no event {Short.Of(one.GetRawText())}; there are {string.Join(", ", DeliveryEvents.Subscribable)}.", Remedy));
            }
        }

        return wanted.ValueKind == JsonValueKind.Array ? ([.. events.Distinct()], null) : (events, AdminBody.Bad("events", $"The member 'events' must be a list of names, not {AdminBody.Kind(wanted)}.", Remedy));
    }
}
