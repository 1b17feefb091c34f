using Leeway.Advisor;
using Leeway.Cli;
using Leeway.Gateway.Tests.BadInput;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Advise;

/// <summary>Figures of public traces, as their publishers and others tell them.</summary>
public sealed class PublicTracesTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Azures_hour_of_chat_has_its_known_rate_and_burstiness()
    {
        AdviceResult advice = await AdviseAsync(Path.Combine(Corpus.Find("azure-llm-2023"), "AzureLLMInferenceTrace_conv.csv.gz"), "--model", "gpt-4o");

        Assert.Equal(19_366, advice.Profile.Volume.Requests);
        Assert.Equal(5.53, advice.Profile.Volume.RequestsPerSecond!.Value, 0.005);
        Assert.Equal(1.1, advice.Profile.Arrivals!.GapCv, 0.05);
        Assert.Equal(1020, advice.Profile.Input!.P50);
        Assert.Equal(4142, advice.Profile.Input.P99);
        Assert.Equal(129, advice.Profile.Output!.P50);
        Assert.Equal(0, advice.Profile.Arrivals.Backwards);

        // 22,361,870 tokens of input at 2.50 and 4,088,665 of output at 10 dollars per million.
        Assert.Equal(96.791325m, advice.Profile.Volume.ListCostUsd);
        Assert.Equal(48.3956625m, Assert.Single(advice.Profile.Models).BatchCostUsd);
    }

    [Fact]
    public async Task Mooncakes_blocks_can_be_reused_as_far_as_is_known_and_its_coarse_clock_is_noticed()
    {
        AdviceResult advice = await AdviseAsync(Path.Combine(Corpus.Find("mooncake"), "conversation_trace.jsonl.gz"), "--model", "gpt-4o");

        Assert.Equal(12_031, advice.Profile.Volume.Requests);
        Assert.Equal(512, advice.Profile.Reuse!.BlockTokens);
        Assert.Equal(advice.Profile.Volume.InputTokens, advice.Profile.Reuse.Tokens);
        Assert.Equal(0.374, advice.Profile.Reuse.Share, 0.0005);
        Assert.Equal(3, advice.Profile.Arrivals!.ClockTickSeconds!.Value, 0.01);
        Assert.InRange(advice.Profile.Arrivals.GapCv, 0.95, 1.1);
        Assert.True(advice.Profile.Volume.RelativeTime);
        Assert.Equal(12_035, advice.Profile.Input!.Mean, 0.5);
        Assert.Equal(343, advice.Profile.Output!.Mean, 0.5);
    }

    [Fact]
    public async Task A_day_drawn_from_ServeGens_clients_has_their_volume_and_their_peak()
    {
        AdviceResult advice = await AdviseAsync(Path.Combine(Corpus.Find("servegen"), "deepseek-r1.tar.gz"), "--model", "gpt-4o");

        // The rates of all windows add up to 1,383,669 requests; the hours' rates lie between 7.16 and 35.13 a second.
        Assert.Equal(1_383_669, advice.Profile.Volume.Requests, 1_383_669 * 0.02);
        Assert.Equal(4.9, advice.Profile.Hours.PeakToTrough!.Value, 0.2);
        Assert.Equal(22, advice.Profile.Hours.Day.MaxBy(hour => hour.Requests)!.Hour);
        Assert.True(advice.Profile.Arrivals!.GapCv > 1.2);
        Assert.Contains(advice.Source.Notes, note => note.Contains("a day of 73 clients was drawn from them with seed 1", StringComparison.Ordinal));
    }

    private async Task<AdviceResult> AdviseAsync(params string[] args)
    {
        CliEnd end = await _bench.RunAsync(["advise", .. args, "--json"]);
        Assert.Equal("", end.Error);
        Assert.Equal(ExitCode.Ok, end.Exit);
        return AdviceJson.Read(end.Out);
    }
}
