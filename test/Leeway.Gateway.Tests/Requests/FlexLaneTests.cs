using System.Globalization;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Requests;

/// <summary>The flex lane through the front door, over the sandbox's flex tier.</summary>
public sealed class FlexLaneTests
{
    private const string Chat = "/v1/chat/completions";

    // Minutes in fifths of a second.
    private const double TimeScale = 300;

    private static readonly (string, string)[] s_pinned = [("Leeway-Lane", "flex"), ("Leeway-Deadline", "6h")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pinned_request_is_held_answered_in_the_tier_and_paid_at_its_price()
    {
        await using TestGateway gateway = await StartAsync("open");
        using HttpResponseMessage answer = await gateway.PostAsync(Chat, Body("held"), s_pinned);
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal(["flex"], answer.Headers.GetValues("Leeway-Lane"));
        Assert.Equal("flex", JsonDocument.Parse(text).RootElement.GetProperty("service_tier").GetString());

        SandboxLedgerSnapshot bill = await gateway.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((1L, 0L, 0L), (bill.Flex.Billed, bill.RealTime.Billed, bill.Batch.Billed));
        JsonElement request = await FindAsync(gateway, answer.Headers.GetValues("Leeway-Request-Id").Single());
        JsonElement receipt = request.GetProperty("receipt");
        Assert.Equal("flex", receipt.GetProperty("lane").GetString());
        Assert.Equal(bill.BilledUsd, Money(receipt, "cost_usd"));
        Assert.Equal(2 * bill.BilledUsd, Money(receipt, "list_cost_usd"));
    }

    [Fact]
    public async Task Refusals_cost_nothing_and_the_request_is_tried_again_until_one_is_accepted()
    {
        await using TestGateway gateway = await StartAsync("open");
        gateway.Sandbox.Faults.Set(FaultKind.FlexRefused, new FaultSetting { Next = 3 });
        JsonElement request = await EndAsync(gateway, await QueueAsync(gateway, "again"));
        Assert.Equal("succeeded", request.GetProperty("state").GetString());
        Assert.Equal(
            ["flex flex_refused", "flex flex_refused", "flex flex_refused", "flex succeeded"],
            request.GetProperty("attempts").EnumerateArray().Select(attempt => $"{attempt.GetProperty("lane").GetString()} {attempt.GetProperty("outcome").GetString()}"));
        SandboxLedgerSnapshot bill = await gateway.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((1L, 0L), (bill.Flex.Billed, bill.RealTime.Billed));
        Assert.Equal(bill.BilledUsd, Money(request.GetProperty("receipt"), "cost_usd"));
    }

    [Fact]
    public async Task A_tier_with_some_room_answers_all_of_many_for_what_the_sandbox_bills()
    {
        await using TestGateway gateway = await StartAsync("0.6");
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => QueueAsync(gateway, $"number {number}")));
        decimal cost = 0;
        foreach (string id in ids)
        {
            JsonElement request = await EndAsync(gateway, id);
            Assert.Equal(("succeeded", "flex"), (request.GetProperty("state").GetString(), request.GetProperty("lane").GetString()));
            cost += Money(request.GetProperty("receipt"), "cost_usd");
        }

        SandboxLedgerSnapshot bill = await gateway.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((20L, cost), (bill.Flex.Billed, bill.BilledUsd));
    }

    [Fact]
    public async Task A_closed_tier_lets_what_is_pinned_to_it_expire_unbilled()
    {
        await using TestGateway gateway = await StartAsync("closed");
        JsonElement request = await EndAsync(gateway, await QueueAsync(gateway, "never", "4m"));
        Assert.Equal("expired", request.GetProperty("state").GetString());
        Assert.True(request.GetProperty("attempts").GetArrayLength() > 1);
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync(cancellationToken: Token)).BilledUsd);
    }

    [Theory]
    [InlineData("gpt-4o-mini", Chat, "no price is known for gpt-4o-mini in its flex tier")]
    [InlineData("gpt-5-mini", "/v1/embeddings", "does not serve /v1/embeddings")]
    public async Task Where_there_is_no_flex_lane_the_refusal_says_why(string model, string endpoint, string why)
    {
        await using TestGateway gateway = await StartAsync("open");
        string body = endpoint == Chat ? Body("x", model) : $$"""{"model":"{{model}}","input":"x"}""";
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, body, s_pinned);
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("lane_unavailable", text, StringComparison.Ordinal);
        Assert.Contains(why, text, StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(string flex) => TestGateway.StartAsync(
        "models: { gpt-5-mini: { deployments: [ { provider: openai } ] }, gpt-4o-mini: { deployments: [ { provider: openai } ] } }\nhold: { max: 3h, heartbeat: 1m }",
        new SandboxOptions { Law = "instant", Flex = flex }, TimeScale);

    private static string Body(string prompt, string model = "gpt-5-mini") => $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]}""";

    private static async Task<string> QueueAsync(TestGateway gateway, string prompt, string deadline = "6h")
    {
        using HttpResponseMessage answer = await gateway.PostAsync(Chat, Body(prompt), ("Leeway-Lane", "flex"), ("Leeway-Deadline", deadline), ("Prefer", "respond-async"));
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> EndAsync(TestGateway gateway, string id)
    {
        while (true)
        {
            JsonElement request = await FindAsync(gateway, id);
            if (request.GetProperty("state").GetString() is "succeeded" or "failed" or "expired" or "cancelled")
            {
                return request;
            }

            await Task.Delay(TimeSpan.FromSeconds(30), gateway.Clock, Token);
        }
    }

    private static async Task<JsonElement> FindAsync(TestGateway gateway, string id) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync($"/leeway/requests/{id}", Token)).RootElement;

    private static decimal Money(JsonElement receipt, string name) => decimal.Parse(receipt.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
