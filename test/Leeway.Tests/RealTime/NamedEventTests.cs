using System.IO.Pipelines;
using System.Text;
using Leeway.Adapters;
using Leeway.RealTime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.RealTime;

/// <summary>Streams whose events have names: Anthropic's, and Responses.</summary>
public sealed class NamedEventTests
{
    private const string Start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n";
    private const string Delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hé\"}}\n\n";
    private const string Ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    private const string Finish = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":42}}\n\n";
    private const string Stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private sealed record Read(string Output, ProviderError? Error, TokenUsage? Usage, bool Complete, bool Done);

    private static Read Run(string endpoint, string text, int step = int.MaxValue)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        IProvider provider = ProviderSet.CreateAll(TimeProvider.System, NullLoggerFactory.Instance).First(one => one.Kind == (endpoint == Endpoints.Messages ? "anthropic" : "openai"));
        var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        var reader = new SseEventReader(provider, endpoint, usageEventIsOurs: false);
        var pending = new List<byte>();
        ProviderError? error = null;
        for (int from = 0; from < bytes.Length && error is null && !reader.IsDone; from += Math.Min(step, bytes.Length))
        {
            pending.AddRange(bytes[from..(int)Math.Min((long)from + step, bytes.Length)]);
            pending.RemoveRange(0, reader.Process(pending.ToArray(), writer, out _, out error));
        }

        writer.Complete();
        return new Read(Encoding.UTF8.GetString(stream.ToArray()), error, reader.End(error, 0).Usage?.Tokens, reader.IsComplete, reader.IsDone);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_message_is_relayed_byte_for_byte_with_its_usage_however_it_is_cut(int step)
    {
        const string whole = Start + Ping + Delta + Delta + Finish + Stop;

        Read read = Run(Endpoints.Messages, whole + Delta, step);

        Assert.Equal(whole, read.Output);
        Assert.Null(read.Error);
        Assert.True(read.Done);
        Assert.Equal(new TokenUsage(18, 5, 3, 42, 0), read.Usage);
    }

    [Fact]
    public void A_message_that_breaks_before_its_end_has_no_usage_that_could_be_taken_for_the_whole()
    {
        Read read = Run(Endpoints.Messages, Start + Delta);

        Assert.False(read.Complete);
        Assert.Null(read.Usage);
    }

    [Fact]
    public void A_message_whose_reason_of_the_end_came_is_complete() => Assert.True(Run(Endpoints.Messages, Start + Finish).Complete);

    [Fact]
    public void An_error_ends_a_message_and_is_not_relayed()
    {
        Read read = Run(Endpoints.Messages, Start + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}\n\n" + Delta);

        Assert.Equal(Start, read.Output);
        Assert.Equal(ProviderErrorKind.StreamError, read.Error?.Kind);
        Assert.Contains("overloaded_error", Encoding.UTF8.GetString(read.Error!.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_speaks_of_errors_and_ends_is_a_text()
    {
        const string text = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"{\\\"type\\\":\\\"error\\\"} event: message_stop\"}}\n\n";

        Read read = Run(Endpoints.Messages, Start + text);

        Assert.Equal(Start + text, read.Output);
        Assert.Null(read.Error);
        Assert.False(read.Complete);
    }

    [Fact]
    public void Ids_and_retry_hints_are_left_out_and_names_are_kept()
    {
        Read read = Run(Endpoints.Messages, "id: 7\nretry: 1\nevent: ping\ndata: {\"type\":\"ping\"}\n\ndata: {\"type\":\"ping\"}\nevent: ping\n\n");

        Assert.Equal("event: ping\ndata: {\"type\":\"ping\"}\n\ndata: {\"type\":\"ping\"}\nevent: ping\n\n", read.Output);
    }

    [Fact]
    public void Events_without_names_are_known_by_their_type()
    {
        string[] unnamed = [.. new[] { Start, Delta, Finish, Stop }.Select(one => one[(one.IndexOf('\n', StringComparison.Ordinal) + 1)..])];

        Read read = Run(Endpoints.Messages, string.Concat(unnamed));

        Assert.True(read.Done);
        Assert.Equal(42, read.Usage?.Output);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("incomplete")]
    [InlineData("failed")]
    public void A_response_ends_with_the_event_that_carries_it(string end)
    {
        string whole = "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r\",\"usage\":null}}\n\n"
            + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"hi\"}\n\n"
            + $"event: response.{end}\ndata: {{\"type\":\"response.{end}\",\"sequence_number\":2,\"response\":{{\"id\":\"r\",\"usage\":{{\"input_tokens\":7,\"input_tokens_details\":{{\"cached_tokens\":2}},\"output_tokens\":9,\"total_tokens\":16}},\"metadata\":{{}}}}}}\n\n";

        Read read = Run(Endpoints.Responses, whole + "data: [DONE]\n\n", 11);

        Assert.Equal(whole, read.Output);
        Assert.True(read.Done);
        Assert.Equal(new TokenUsage(7, 2, 0, 9, 0), read.Usage);
    }

    [Fact]
    public void What_is_no_event_stops_the_stream()
    {
        Read read = Run(Endpoints.Messages, Start + "event: content_block_delta\ndata: garbage\n\n");

        Assert.Equal(Start, read.Output);
        Assert.Equal(ProviderErrorKind.MalformedAnswer, read.Error?.Kind);
    }
}
