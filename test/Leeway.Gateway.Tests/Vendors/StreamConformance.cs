using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Answers in pieces, and what can go wrong with them once the head is out.</summary>
public abstract class StreamConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    private const string Messages = """{"model":"model","max_tokens":200,"stream":true,"messages":[{"role":"user","content":"What is leeway?"}]}""";

    private static readonly string s_chat = Chat("What is leeway?", ",\"stream\":true");

    [Fact]
    public async Task The_pieces_of_a_completion_add_up_and_end()
    {
        string plain = TextOf(await CompleteAsync(Chat("What is leeway?")));

        IReadOnlyList<SseEvent> events = await StreamAsync("/v1/chat/completions", Chat("What is leeway?", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        Assert.Equal("[DONE]", events[^1].Data);
        JsonElement[] chunks = [.. events.SkipLast(1).Select(one => one.Json)];
        Assert.True(chunks.Length > 3, $"{chunks.Length} chunks");
        JsonElement[] choices = [.. chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())];
        Assert.Equal(plain, string.Concat(choices.Select(choice => choice.GetProperty("delta").TryGetProperty("content", out JsonElement text) ? text.GetString() : "")));
        Assert.Equal("stop", Assert.Single(choices.Select(choice => choice.TryGetProperty("finish_reason", out JsonElement reason) ? reason.GetString() : null).OfType<string>()));
        JsonElement usage = Assert.Single(chunks, chunk => chunk.TryGetProperty("usage", out JsonElement counted) && counted.ValueKind == JsonValueKind.Object).GetProperty("usage");
        Assert.True(usage.GetProperty("completion_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task What_a_stream_costs_is_what_the_vendor_bills()
    {
        decimal billed = (await Bench.BillAsync()).BilledUsd;
        decimal entered = (await Bench.CostAsync()).Cost;

        await StreamAsync("/v1/chat/completions", Chat("How much is a stream?", ",\"stream\":true"));

        decimal now = (await Bench.BillAsync()).BilledUsd;
        Assert.Equal(Vendor.BillsTokens, now > billed);
        await Sdk.Prompts.EventuallyAsync(async () => (await Bench.CostAsync()).Cost - entered == now - billed, $"{now - billed} USD are entered");
    }

    [Fact]
    public async Task A_client_of_messages_gets_the_events_of_a_message()
    {
        IReadOnlyList<SseEvent> events = await StreamAsync("/v1/messages", Messages);

        Assert.Equal("message_start", events[0].Name);
        Assert.Equal("message_stop", events[^1].Name);
        string text = string.Concat(events.Where(one => one.Type == "content_block_delta").Select(one => one.Json.GetProperty("delta").GetProperty("text").GetString()));
        Assert.StartsWith(Mark(s_chat), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_responses_gets_the_events_of_a_response()
    {
        IReadOnlyList<SseEvent> events = await StreamAsync("/v1/responses", """{"model":"model","stream":true,"input":"What is leeway?"}""");

        Assert.Equal("response.created", events[0].Type);
        Assert.Equal("response.completed", events[^1].Type);
        string text = string.Concat(events.Where(one => one.Type == "response.output_text.delta").Select(one => one.Json.GetProperty("delta").GetString()));
        Assert.StartsWith(Mark(s_chat), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.StreamCut)]
    [InlineData(FaultKind.StreamStall)]
    [InlineData(FaultKind.StreamGarbage)]
    [InlineData(FaultKind.StreamErrorAfter200)]
    public async Task A_stream_that_breaks_ends_with_an_error_and_not_as_if_it_were_whole(FaultKind fault)
    {
        Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });

        IReadOnlyList<SseEvent> completion = await StreamAsync("/v1/chat/completions", s_chat);

        Assert.True(completion[^1].Json.TryGetProperty("error", out JsonElement error), completion[^1].Data);
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.DoesNotContain(completion, one => one.Data == "[DONE]");

        Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });
        IReadOnlyList<SseEvent> message = await StreamAsync("/v1/messages", Messages);

        Assert.Equal("error", message[^1].Type);
        Assert.DoesNotContain(message, one => one.Name == "message_stop");
    }
}
