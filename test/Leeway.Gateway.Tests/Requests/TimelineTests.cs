using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Gateway.Tests.Webhooks;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Requests;

/// <summary>The way of a request, drawn from what was kept of it.</summary>
public sealed class TimelineTests
{
    private static readonly string[] s_fields = ["at", "after_s", "event", "due", "lane", "batch", "attempt", "text", "plan"];

    [Fact]
    public async Task A_request_that_went_by_batch_shows_each_step_of_it_with_its_instant()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(sandbox: new SandboxOptions { Turnaround = TimeSpan.FromMilliseconds(600) });
        string id = await EnqueueAsync(gateway, "by batch", "6h");
        await gateway.ShowWhenAsync(id, "succeeded");
        JsonElement[] events = await TimelineAsync(gateway, id, Collected);

        Assert.All(events, one => Assert.Equal(s_fields, one.EnumerateObject().Select(field => field.Name)));
        Assert.Equal(
            ["accepted", "sealed", "submitting", "submitted", "in_progress", "batch_ended", "succeeded", "collected"],
            Names(events).Where(name => name is not ("planned" or "replanned" or "finalizing" or "picked_up")));
        Assert.Equal(events.Select(At).Order(), events.Select(At));
        Assert.All(events, one => Assert.False(one.GetProperty("due").GetBoolean()));
        Assert.Contains("standard, by ", Text(events, "accepted"), StringComparison.Ordinal);
        Assert.Contains("(age). Because its oldest request had waited as long as it may. 1 of 1 pooled requests went", Text(events, "sealed"), StringComparison.Ordinal);
        Assert.Equal("the provider says completed", Text(events, "batch_ended"));
        Assert.Contains("deadline met with ", Text(events, "succeeded"), StringComparison.Ordinal);
        Assert.True(events[^1].GetProperty("after_s").GetDouble() > 0.6);
    }

    [Fact]
    public async Task An_open_request_shows_what_is_still_to_come()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await EnqueueAsync(gateway, "waits", "6h");
        JsonElement[] events = await TimelineAsync(gateway, id);

        JsonElement[] due = [.. events.Where(one => one.GetProperty("due").GetBoolean())];
        Assert.Equal(["seal", "dispatch", "deadline"], Names(due));
        Assert.Equal(events[^due.Length..], due);
        Assert.Equal("realtime", due[1].GetProperty("lane").GetString());
        Assert.True(At(due[1]) < At(due[2]));
        Assert.Equal(6 * 3600, due[2].GetProperty("after_s").GetDouble(), 0.1);
    }

    [Fact]
    public async Task A_rescue_says_how_long_before_the_deadline_it_began_and_what_it_did_not_wait_for()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            "lanes: { batch: { turnaround: 1s, seal: { requests: 1 }, poll: { min: 1s, max: 10s } } }\npriorities: { standard: { deadline: 1h, seal: { requests: 1 } } }",
            new SandboxOptions { Law = "stall" }, timeScale: 60);
        string id = await EnqueueAsync(gateway, "rescued", "2m");
        await gateway.ShowWhenAsync(id, "succeeded");
        JsonElement[] events = await TimelineAsync(gateway, id);

        JsonElement rescue = Assert.Single(events, one => one.GetProperty("event").GetString() == "rescued");
        Assert.Equal("realtime", rescue.GetProperty("lane").GetString());
        Assert.Equal(events.First(one => one.GetProperty("event").GetString() == "sealed").GetProperty("batch").GetString(), rescue.GetProperty("batch").GetString());
        Assert.Matches(@"^in real time by openai/gpt-4o-mini, [\d.]+ s before the deadline: its batch was not back$", rescue.GetProperty("text").GetString());
        string[] order = [.. Names(events)];
        Assert.True(Array.IndexOf(order, "sealed") < Array.IndexOf(order, "rescued") && Array.IndexOf(order, "rescued") < Array.IndexOf(order, "answered"), string.Join(' ', order));
        Assert.Equal("succeeded", order[Array.IndexOf(order, "answered") + 1]);
    }

    [Fact]
    public async Task A_cancelled_request_ends_with_its_withdrawal()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await EnqueueAsync(gateway, "withdrawn", "6h");
        using HttpResponseMessage cancel = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");
        JsonElement[] events = await TimelineAsync(gateway, id);

        Assert.Equal(["accepted", "cancelled"], Names(events).Where(name => name is not ("planned" or "picked_up")));
        Assert.Equal("withdrawn by its owner", Text(events, "cancelled"));
    }

    [Fact]
    public async Task A_delivery_shows_its_attempt_and_the_pick_up_how_the_result_reached_its_owner()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + "\ndelivery: { webhooks: { allow_http: true, allow_private_networks: [\"127.0.0.0/8\"], schedule: [0s, 100ms] } }\n");
        using HttpResponseMessage made = await gateway.AdminPostAsync("/admin/webhooks", $$"""{"url":"{{receiver.Url}}"}""");
        string webhook = AccessBench.Json(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
        string id = await EnqueueAsync(gateway, "told", "6h", ("Leeway-Webhook", webhook));
        await gateway.ShowWhenAsync(id, "succeeded");
        JsonElement[] events = await TimelineAsync(gateway, id, events => Names(events).Contains("delivered") && Names(events).Contains("picked_up"));

        Assert.Equal($"request.succeeded to {webhook}, attempt 1", Text(events, "delivered"));
        Assert.Contains("(poll)", Text(events, "picked_up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_timeline_can_be_included_and_only_by_the_team_whose_request_it_is()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        string id = await gateway.QueueAsync(blue);

        Assert.NotEmpty((await gateway.AskAsync(blue, HttpMethod.Get, $"/leeway/requests/{id}?include=timeline")).GetProperty("timeline").EnumerateArray());
        using HttpResponseMessage other = await gateway.CallAsync(red, HttpMethod.Get, $"/leeway/requests/{id}?include=timeline");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        JsonElement bad = await gateway.AskAsync(blue, HttpMethod.Get, $"/leeway/requests/{id}?include=everything");
        Assert.Equal(("invalid_parameter", "include", "everything"), (bad.GetProperty("code").GetString(), bad.GetProperty("field").GetString(), bad.GetProperty("value").GetString()));
        Assert.Contains("timeline", bad.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_shared_with_another_team_tells_neither_how_many_were_in_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        string id = await gateway.QueueAsync(blue);
        await gateway.QueueAsync(red);
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null, TestContext.Current.CancellationToken);

        JsonElement[] events = [];
        await Prompts.EventuallyAsync(
            async () => Names(events = [.. (await gateway.AskAsync(blue, HttpMethod.Get, $"/leeway/requests/{id}?include=timeline")).GetProperty("timeline").EnumerateArray()]).Contains("sealed"),
            "it is sealed");
        Assert.Equal("into a batch for openai/gpt-4o-mini (request)", Text(events, "sealed"));
    }

    private static bool Collected(JsonElement[] events) => Names(events).Contains("collected");

    // Looks again until what is written beside the request's end is there too.
    private static async Task<JsonElement[]> TimelineAsync(TestGateway gateway, string id, Predicate<JsonElement[]>? until = null)
    {
        JsonElement[] events = [];
        Predicate<JsonElement[]> holds = until ?? (static _ => true);
        await Prompts.EventuallyAsync(
            async () =>
            {
                events = [.. AccessBench.Json(await gateway.Http.GetStringAsync($"/leeway/requests/{id}?include=timeline", TestContext.Current.CancellationToken)).GetProperty("timeline").EnumerateArray()];
                return holds(events);
            },
            $"the timeline of {id} is whole");
        return events;
    }

    private static async Task<string> EnqueueAsync(TestGateway gateway, string prompt, string deadline, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body(prompt), [("Leeway-Deadline", deadline), ("Prefer", "respond-async"), .. headers]);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return AccessBench.Json(text).GetProperty("id").GetString()!;
    }

    private static IEnumerable<string> Names(IEnumerable<JsonElement> events) => events.Select(one => one.GetProperty("event").GetString()!);

    private static string Text(IEnumerable<JsonElement> events, string name) =>
        events.Single(one => one.GetProperty("event").GetString() == name).GetProperty("text").GetString()!;

    private static DateTimeOffset At(JsonElement one) => one.GetProperty("at").GetDateTimeOffset();
}
