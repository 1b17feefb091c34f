using System.Globalization;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Requests;

public sealed class RequestRoutesTests
{
    private const string QuickPolls = "lanes: { batch: { poll: { min: 50ms, max: 200ms } } }";

    private static readonly string[] Fields =
    [
        "id", "object", "state", "priority", "deadline", "endpoint", "model", "custom_id", "metadata", "run", "lane", "rescued", "created_at", "finished_at",
        "attempts", "response", "error", "receipt",
    ];

    [Fact]
    public async Task The_request_object_has_exactly_the_documented_fields()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string id = await EnqueueAsync(gateway, """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"shown"}],"metadata":{"team":"blue"}}""");
        JsonElement shown = await gateway.ShowWhenAsync(id, "succeeded");

        Assert.Equal(Fields, shown.EnumerateObject().Select(field => field.Name));
        Assert.Equal("leeway.request", shown.GetProperty("object").GetString());
        Assert.Equal("standard", shown.GetProperty("priority").GetString());
        Assert.Equal("/v1/chat/completions", shown.GetProperty("endpoint").GetString());
        Assert.Equal("gpt-4o-mini", shown.GetProperty("model").GetString());
        Assert.Equal("blue", shown.GetProperty("metadata").GetProperty("team").GetString());
        Assert.Equal("batch", shown.GetProperty("lane").GetString());
        Assert.False(shown.GetProperty("rescued").GetBoolean());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("error").ValueKind);
        Assert.Equal(
            TimeSpan.FromHours(6),
            shown.GetProperty("deadline").GetDateTimeOffset() - shown.GetProperty("created_at").GetDateTimeOffset());
        JsonElement attempt = Assert.Single(shown.GetProperty("attempts").EnumerateArray());
        Assert.Equal(["number", "lane", "deployment", "batch", "started_at", "outcome"], attempt.EnumerateObject().Select(field => field.Name));
        Assert.Equal("openai/gpt-4o-mini", attempt.GetProperty("deployment").GetString());
        Assert.StartsWith("batch_", attempt.GetProperty("batch").GetString(), StringComparison.Ordinal);
        Assert.Equal("succeeded", attempt.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_receipt_is_what_the_sandbox_billed_and_saves_half()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement receipt = (await gateway.ShowWhenAsync(await EnqueueAsync(gateway, Prompts.Body("paid")), "succeeded")).GetProperty("receipt");
        Leeway.Sandbox.Ledger.LaneBill billed = (await gateway.Sandbox.ReadLedgerAsync()).Batch;

        Assert.Equal(billed.InputTokens, receipt.GetProperty("input_tokens").GetInt64());
        Assert.Equal(billed.OutputTokens, receipt.GetProperty("output_tokens").GetInt64());
        decimal cost = Money(receipt, "cost_usd");
        Assert.Equal(billed.CostUsd, cost);
        Assert.Equal(2 * cost, Money(receipt, "list_cost_usd"));
        Assert.Equal(cost, Money(receipt, "saved_usd"));
        Assert.True(receipt.GetProperty("deadline_met").GetBoolean());
        Assert.Equal("batch", receipt.GetProperty("lane").GetString());
    }

    [Fact]
    public async Task An_open_request_has_neither_response_nor_costs()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement shown = await gateway.ShowAsync(await EnqueueAsync(gateway, Prompts.Body("open")));

        Assert.Equal("queued", shown.GetProperty("state").GetString());
        Assert.All(["finished_at", "response", "error"], field => Assert.Equal(JsonValueKind.Null, shown.GetProperty(field).ValueKind));
        Assert.All(["cost_usd", "list_cost_usd", "saved_usd", "deadline_met"], field => Assert.Equal(JsonValueKind.Null, shown.GetProperty("receipt").GetProperty(field).ValueKind));
    }

    [Fact]
    public async Task The_list_pages_from_the_newest_without_gap_or_repetition()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        var sent = new List<string>();
        for (int i = 0; i < 7; i++)
        {
            sent.Add(await EnqueueAsync(gateway, Prompts.Body($"page {i}")));
        }

        var listed = new List<string>();
        string after = "";
        while (true)
        {
            JsonElement page = await ListAsync(gateway, $"limit=3{after}");
            Assert.Equal("list", page.GetProperty("object").GetString());
            Assert.All(page.GetProperty("data").EnumerateArray(), one => Assert.Equal(Fields, one.EnumerateObject().Select(field => field.Name)));
            listed.AddRange(Ids(page));
            Assert.Equal(listed.Count < 7, page.GetProperty("has_more").GetBoolean());
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }

            after = $"&after={listed[^1]}";
        }

        sent.Sort(StringComparer.Ordinal);
        sent.Reverse();
        Assert.Equal(sent, listed);
    }

    [Fact]
    public async Task The_list_filters_by_state_priority_and_model()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("priorities: { low: { window: none } }");
        string standard = await EnqueueAsync(gateway, Prompts.Body("a"));
        string low = await EnqueueAsync(gateway, Prompts.Body("b", "gpt-4o"), ("Leeway-Priority", "low"));
        string cancelled = await EnqueueAsync(gateway, Prompts.Body("c"));
        using HttpResponseMessage answer = await gateway.PostAsync($"/leeway/requests/{cancelled}/cancel", "");

        Assert.Equal([low], Ids(await ListAsync(gateway, "priority=low")));
        Assert.Equal([low], Ids(await ListAsync(gateway, "model=gpt-4o")));
        Assert.Equal([low, standard], Ids(await ListAsync(gateway, "state=queued,sealed")));
        Assert.Equal([cancelled], Ids(await ListAsync(gateway, "state=cancelled")));
        Assert.Equal([standard], Ids(await ListAsync(gateway, "state=queued&priority=standard&model=gpt-4o-mini")));
        Assert.Empty(Ids(await ListAsync(gateway, "state=failed")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("state=done", "state")]
    [InlineData("priority=high", "priority")]
    [InlineData("after=req_1", "after")]
    [InlineData("run=nightly", "run")]
    public async Task A_parameter_that_cannot_be_read_is_named(string query, string field)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage answer = await gateway.Http.GetAsync($"/leeway/requests?{query}");
        JsonElement problem = await ProblemAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(("invalid_parameter", field), (problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()));
        Assert.Equal(query.Split('=')[1], problem.GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("req_00000000000070008000000000000000")]
    [InlineData("batch_abc123")]
    [InlineData("chatcmpl-123")]
    [InlineData("req_")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    public async Task Ids_that_are_none_of_ours_are_not_found(string id)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage shown = await gateway.Http.GetAsync($"/leeway/requests/{id}");
        using HttpResponseMessage cancelled = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");

        foreach (HttpResponseMessage answer in new[] { shown, cancelled })
        {
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("not_found", (await ProblemAsync(answer)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_queued_request_can_be_cancelled_once_and_costs_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = await EnqueueAsync(gateway, Prompts.Body("withdrawn"));
        using HttpResponseMessage first = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");
        JsonElement cancelled = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement;
        using HttpResponseMessage second = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");
        JsonElement problem = await ProblemAsync(second);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("cancelled", cancelled.GetProperty("state").GetString());
        Assert.Equal("request_cancelled", cancelled.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, cancelled.GetProperty("response").ValueKind);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("already_ended", problem.GetProperty("code").GetString());
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null);
        Assert.Contains("\"sealed\":0", await sealing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync()).Requests);
    }

    [Fact]
    public async Task A_request_cancelled_inside_a_batch_is_replaced_by_its_paid_result()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(QuickPolls, new SandboxOptions { Turnaround = TimeSpan.FromSeconds(1) });
        string id = await EnqueueAsync(gateway, Prompts.Body("in a batch"));
        string other = await EnqueueAsync(gateway, Prompts.Body("its neighbour"));
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null);
        await gateway.ShowWhenAsync(id, "submitted");
        using HttpResponseMessage answer = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("cancelled", (await gateway.ShowAsync(id)).GetProperty("state").GetString());
        JsonElement replaced = await gateway.ShowWhenAsync(id, "succeeded");
        Assert.Contains(Prompts.Digest("in a batch"), replaced.GetProperty("response").GetRawText(), StringComparison.Ordinal);
        Assert.True(Money(replaced.GetProperty("receipt"), "cost_usd") > 0);
        await gateway.ShowWhenAsync(other, "succeeded");
    }

    [Fact]
    public async Task The_last_cancelled_request_of_a_batch_cancels_the_batch_and_costs_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(QuickPolls, new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        string id = await EnqueueAsync(gateway, Prompts.Body("alone"));
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null);
        await gateway.ShowWhenAsync(id, "submitted");
        using HttpResponseMessage answer = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");

        await Prompts.EventuallyAsync(
            async () => (await gateway.Sandbox.ReadLedgerAsync()).Batches.All(batch => batch.Status is "cancelling" or "cancelled"), "the provider's batch is cancelled");
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync()).BilledUsd);
        Assert.Equal("cancelled", (await gateway.ShowAsync(id)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_request_that_succeeded_cannot_be_cancelled()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string id = await EnqueueAsync(gateway, Prompts.Body("done"));
        await gateway.ShowWhenAsync(id, "succeeded");
        using HttpResponseMessage answer = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("succeeded", (await ProblemAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_call_whose_request_is_cancelled_is_answered_at_once()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        Task<HttpResponseMessage> held = gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("held"));
        string id = "";
        await Prompts.EventuallyAsync(async () => (id = Ids(await ListAsync(gateway, "")).FirstOrDefault() ?? "") != "", "the call is queued");
        using HttpResponseMessage cancel = await gateway.PostAsync($"/leeway/requests/{id}/cancel", "");
        using HttpResponseMessage answer = await held;

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("false", answer.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("request_cancelled", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> EnqueueAsync(TestGateway gateway, string body, params (string, string)[] headers)
    {
        (string, string)[] signals = headers.Length > 0 ? headers : [("Leeway-Deadline", "6h")];
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", body, [.. signals, ("Prefer", "respond-async")]);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        string id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        Assert.Equal($"/leeway/requests/{id}", answer.Headers.Location!.OriginalString);
        return id;
    }

    private static async Task<JsonElement> ListAsync(TestGateway gateway, string query) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync($"/leeway/requests?{query}")).RootElement;

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["type", "title", "status", "detail", "code", "field", "value", "remedy"], problem.EnumerateObject().Select(field => field.Name));
        return problem;
    }

    private static decimal Money(JsonElement receipt, string field) => decimal.Parse(receipt.GetProperty(field).GetString()!, CultureInfo.InvariantCulture);
}
