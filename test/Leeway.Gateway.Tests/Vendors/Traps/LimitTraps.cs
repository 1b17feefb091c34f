using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>Limits: of tokens waiting at the vendor, and what a 429 and its neighbours mean.</summary>
public sealed class LimitTraps
{
    /// <summary>Kinds whose enqueued tokens are limited, and by what a batch beyond the limit is refused.</summary>
    public static TheoryData<string> Limited => ["openai", "azure", "gemini", "together", "anthropic"];

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    [InlineData("gemini")]
    [Trait("Trap", "16")]
    public async Task Trap_16_a_batch_that_would_exceed_the_enqueued_tokens_waits_for_room(string kind)
    {
        const int Limit = 2000;
        await using TrapBench bench = await TrapBench.StartAsync(
            kind, turnaround: TimeSpan.FromMinutes(40), options: options => options with { EnqueuedTokenLimit = Limit }, settings: Batched($"enqueued_tokens: {Limit}"));
        string words = string.Join(' ', Enumerable.Repeat("word", 420));
        string[] first = await bench.QueueAsync($"{words} one", 4);
        await bench.BatchInAsync("submitted", "running");

        string[] second = await bench.QueueAsync($"{words} two", 4);

        // Were they not held back in their pool, a second job would be created at once, and refused.
        await bench.SealAsync();
        Assert.Single((await bench.BillAsync()).Batches);
        bench.Time.Advance(TimeSpan.FromMinutes(41));
        await bench.EndAsync(first);
        await bench.BatchInAsync("submitted", "running");
        bench.Time.Advance(TimeSpan.FromMinutes(41));
        Assert.All(await bench.EndAsync(second), one => Assert.Equal(("succeeded", "batch"), (TrapBench.Word(one, "state"), TrapBench.Word(one, "lane"))));
        Assert.All((await bench.BillAsync()).Batches, job => Assert.Equal(4, job.Completed));
    }

    [Theory, MemberData(nameof(Limited)), Trait("Trap", "16")]
    public async Task Trap_16_a_job_that_the_limit_refused_is_formed_again(string kind)
    {
        // The pause after such a refusal is 30 s at least.
        await using TrapBench bench = await TrapBench.StartAsync(kind, timeScale: 20);
        bench.Faults.Set(FaultKind.TokenLimitExceeded, new FaultSetting { Next = 1 });

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync("again", 4));

        Assert.All(ended, one => Assert.Equal(("succeeded", "batch"), (TrapBench.Word(one, "state"), TrapBench.Word(one, "lane"))));
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((4L, 0L), (bill.Batch.Billed, bill.PromptsBilledTwice));
    }

    [Theory]
    [InlineData("openai", FaultKind.RateLimit, 429, true)]
    [InlineData("openai", FaultKind.ServerError, 503, true)]
    [InlineData("openai", FaultKind.InsufficientQuota, 429, false)]
    [InlineData("anthropic", FaultKind.RateLimit, 429, true)]
    [InlineData("anthropic", FaultKind.ServerError, 529, true)]
    [InlineData("anthropic", FaultKind.InsufficientQuota, 429, false)]
    [InlineData("bedrock", FaultKind.RateLimit, 429, true)]
    [InlineData("bedrock", FaultKind.ServerError, 429, true)]
    [InlineData("bedrock", FaultKind.ServerError, 503, true)]
    [InlineData("bedrock", FaultKind.InsufficientQuota, 400, false)]
    [InlineData("azure", FaultKind.RateLimit, 429, true)]
    [InlineData("gemini", FaultKind.RateLimit, 429, true)]
    [InlineData("gemini", FaultKind.InsufficientQuota, 429, false)]
    [InlineData("vertex", FaultKind.RateLimit, 429, true)]
    [InlineData("together", FaultKind.RateLimit, 429, true)]
    [Trait("Trap", "22")]
    public async Task Trap_22_what_passes_is_asked_again_and_a_spent_quota_is_not(string kind, FaultKind fault, int status, bool passes)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        bench.Faults.Set(fault, new FaultSetting { Next = 1, Status = fault == FaultKind.ServerError ? status : null, RetryAfter = 0 });
        string body = TrapBench.Chat("What does it mean?");

        using HttpResponseMessage answer = await bench.Gateway.PostAsync("/v1/chat/completions", body);

        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode == passes, $"{answer.StatusCode} {text}");
        Assert.Equal(passes ? 1 : 0, (await bench.BillAsync()).RealTime.Billed);
    }

    [Fact, Trait("Trap", "22")]
    public async Task Trap_22_a_flex_tier_without_capacity_is_unbilled_and_the_next_deployment_answers()
    {
        await using TrapBench bench = await TrapBench.StartAsync(
            "openai", models: "  flexible: { deployments: [ { provider: vendor, model: gpt-5-mini }, { provider: vendor, model: gpt-5-nano } ] }");
        bench.Faults.Set(FaultKind.FlexRefused, new FaultSetting { Next = 3 });

        using HttpResponseMessage answer = await bench.Gateway.PostAsync("/v1/chat/completions", TrapBench.Chat("Room?", ",\"service_tier\":\"flex\"", "flexible"), ("Leeway-Priority", "urgent"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((1L, 0L), (bill.Flex.Billed, bill.RealTime.Billed));
        Assert.Equal(bill.BilledUsd, (await bench.CostAsync()).Cost);
    }

    private static string Batched(string setting) => $", batch: {{ {setting} }}";
}
