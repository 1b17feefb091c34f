using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class ServiceTierTests
{
    private const string Gpt5 = """{"model":"gpt-5","messages":[{"role":"user","content":"x"}],"service_tier":"TIER"}""";

    [Theory]
    [InlineData("flex", "flex", 0.625, 5)]
    [InlineData("priority", "priority", 2.5, 20)]
    [InlineData("fast", "priority", 2.5, 20)]
    [InlineData("auto", "default", 1.25, 10)]
    [InlineData("scale", "default", 1.25, 10)]
    public async Task The_answer_tells_the_tier_that_is_billed(string asked, string told, double input, double output)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var answer = await sandbox.PostAsync("/v1/chat/completions", Gpt5.Replace("TIER", asked, StringComparison.Ordinal));
        var usage = answer.GetProperty("usage");
        var ledger = await sandbox.Server.ReadLedgerAsync();

        Assert.Equal(told, answer.GetProperty("service_tier").GetString());
        Assert.Equal(
            ((usage.GetProperty("prompt_tokens").GetInt64() * (decimal)input) + (usage.GetProperty("completion_tokens").GetInt64() * (decimal)output)) / 1_000_000m,
            ledger.BilledUsd);
        Assert.Equal(
            (told == "flex" ? 1 : 0, told == "priority" ? 1 : 0, told == "default" ? 1 : 0), (ledger.Flex.Billed, ledger.Priority.Billed, ledger.RealTime.Billed));
    }

    [Fact]
    public async Task Chunks_and_responses_tell_the_tier_as_well()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var stream = await sandbox.SendAsync("/v1/chat/completions", Gpt5.Replace("\"TIER\"", "\"flex\",\"stream\":true", StringComparison.Ordinal));
        var response = await sandbox.PostAsync("/v1/responses", """{"model":"gpt-5","input":"x","service_tier":"flex"}""");

        Assert.All(await SandboxClient.EventsAsync(stream), one => Assert.Equal("flex", one.Data.GetProperty("service_tier").GetString()));
        Assert.Equal("flex", response.GetProperty("service_tier").GetString());
        Assert.Equal(2, (await sandbox.Server.ReadLedgerAsync()).Flex.Billed);
    }

    [Theory]
    [InlineData("gpt-5.4-nano", "priority", 200)]
    [InlineData("gpt-4o", "flex", 400)]
    [InlineData("gpt-5", "cheap", 400)]
    public async Task A_model_without_priority_serves_at_list_price_and_one_without_flex_refuses(string model, string tier, int status)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var answer = await sandbox.SendAsync("/v1/chat/completions", Gpt5.Replace("gpt-5", model, StringComparison.Ordinal).Replace("TIER", tier, StringComparison.Ordinal));
        var body = SandboxClient.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(
            status == 200 ? "default" : "service_tier",
            status == 200 ? body.GetProperty("service_tier").GetString() : body.GetProperty("error").GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-5","messages":[{"role":"user","content":"x"}],"service_tier":"TIER"}""")]
    [InlineData("/v1/responses", """{"model":"gpt-5","input":"x","service_tier":"TIER"}""")]
    public async Task A_flex_refusal_is_a_429_that_is_not_billed_and_spares_other_tiers(string path, string body)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(FaultKind.FlexRefused, new FaultSetting { Probability = 1 });

        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync(path, body.Replace("TIER", "flex", StringComparison.Ordinal)));
        Assert.Equal((429, "resource_unavailable"), (status, error.GetProperty("code").GetString()));
        Assert.Equal(0, (await sandbox.Server.ReadLedgerAsync()).BilledUsd);

        await sandbox.PostAsync(path, body.Replace("TIER", "default", StringComparison.Ordinal));
        Assert.Equal(1, sandbox.Server.Faults.Hits(FaultKind.FlexRefused));
    }

    [Fact]
    public async Task A_row_of_a_batch_costs_the_batch_price_whatever_tier_it_names()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var id = await sandbox.CreateAsync(SandboxClient.Line("r", Gpt5.Replace("TIER", "priority", StringComparison.Ordinal)));
        var row = Assert.Single(await sandbox.RowsAsync(await sandbox.BatchAsync(id), "output_file_id"));
        var ledger = SandboxClient.Parse((await sandbox.GetAsync("/sandbox/ledger")).GetRawText());

        Assert.Equal("default", row.GetProperty("response").GetProperty("body").GetProperty("service_tier").GetString());
        Assert.Equal((1, 0), (ledger.GetProperty("batch").GetProperty("billed").GetInt32(), ledger.GetProperty("priority").GetProperty("billed").GetInt32()));
    }
}
