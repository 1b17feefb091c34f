using System.Globalization;
using Leeway.Economics;
using Leeway.Simulation.Laws;
using Leeway.Traces;

namespace Leeway.Tests.Simulation.Traces;

public sealed class TraceRequestTests
{
    private static readonly TraceOptions s_options = new() { Prices = PriceCatalog.BuiltIn, PricesAt = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) };

    [Theory]
    [InlineData("azure-llm-2023", "AzureLLMInferenceTrace_conv.csv.gz", 19_366, 3_501.7)]
    [InlineData("mooncake", "conversation_trace.jsonl.gz", 12_031, 3_537)]
    public void A_published_trace_gives_its_requests_in_order(string folder, string file, int count, double seconds)
    {
        (_, IReadOnlyList<TraceRequest> requests) = TraceRequests.Read([Path.Combine(SharedData.Find(folder), file)], s_options, null, TestContext.Current.CancellationToken);

        Assert.Equal(count, requests.Count);
        Assert.All(requests.Zip(requests.Skip(1)), static pair => Assert.True(pair.First.AtMicros <= pair.Second.AtMicros));
        Assert.Equal(seconds, (requests[^1].AtMicros - requests[0].AtMicros) / 1e6, 3.0);

        // Mooncake's clock ticks every three seconds; its requests are spread over them.
        Assert.True(requests.Select(static request => request.AtMicros).Distinct().Count() > 0.99 * count);
    }

    [Fact]
    public void ServeGens_laws_give_a_day_of_requests()
    {
        (_, IReadOnlyList<TraceRequest> requests) = TraceRequests.Read([Path.Combine(SharedData.Find("servegen"), "deepseek-r1.tar.gz")], s_options, null, TestContext.Current.CancellationToken);

        Assert.Equal(24, (requests[^1].AtMicros - requests[0].AtMicros) / 3.6e9, 0.1);
        Assert.True(requests.Count > 10_000);
    }

    [Fact]
    public void Lengths_without_times_come_at_the_rate_that_is_given()
    {
        string file = Path.Combine(SharedData.Find("vidur"), "arxiv_summarization_stats_llama2_tokenizer_filtered_v2.csv.gz");
        TraceOptions options = s_options with { Map = new Dictionary<string, string> { ["time"] = "pd_ratio:s" } };

        (_, IReadOnlyList<TraceRequest> requests) = TraceRequests.Read([file], options, 5, TestContext.Current.CancellationToken);

        Assert.Equal(28_257, requests.Count);
        Assert.Equal(3772, requests[0].InputTokens);
        Assert.Equal(28_257 / 5.0, requests[^1].AtMicros / 1e6, 150.0);
    }

    [Fact]
    public void Measured_latencies_are_drawn_by_the_requests_number()
    {
        string[] files = Directory.GetFiles(Path.Combine(SharedData.Find("llmperf"), "raw_data", "individual"), "*.json");
        var law = LatencyLaw.Measured(files.Order(StringComparer.Ordinal).Select(File.ReadAllText), 1);

        double[] seconds = [.. Enumerable.Range(0, 10_000).Select(request => law.Latency(request).TotalSeconds)];

        Assert.Equal(law.Latency(17), law.Latency(17));
        Assert.InRange(seconds.Min(), 0.2, 5);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"longest {seconds.Max():0.0} s"), law.Assumes, StringComparison.Ordinal);
    }
}
