using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Leeway.RealTime;
using Leeway.Tests.Batching;

namespace Leeway.Tests.RealTime;

public sealed class SseEventReaderTests
{
    private const string Finish = "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n";

    private static readonly string[] s_events =
    [
        "data: {\"choices\":[{\"delta\":{\"content\":\"hé\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\r\n\r\n",
        ": ping\n\n",
        "event: message\ndata: {\"a\":1}\n\n",
        "data: {\"a\":2}\nid: 7\n\n",
        "id: 1\r\nretry: 5\r\ndata: {\"b\":1}\r\n\r\n",
        "data: {\"a\":\ndata: 3}\n\n",
        "event: nothing\n\n",
        "\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n",
        Finish,
        "data: {\"error\":{\"message\":\"no\"}}\n\n",
        "data: garbage\n\n",
        "data: [DONE]\n\n",
    ];

    private sealed record Read(string Output, ProviderErrorKind? Error, TokenUsage? Usage, bool Complete, bool Done);

    private static Read Run(byte[] bytes, IReadOnlyList<int> cuts, bool usageIsOurs)
    {
        var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        var reader = new SseEventReader(new FakeVendor(TimeProvider.System), Endpoints.Chat, usageIsOurs);
        var pending = new List<byte>();
        ProviderError? error = null;
        int from = 0;
        foreach (int cut in cuts.Append(bytes.Length))
        {
            pending.AddRange(bytes[from..cut]);
            from = cut;
            int consumed = reader.Process(pending.ToArray(), writer, out _, out error);
            pending.RemoveRange(0, consumed);
            if (error is not null || reader.IsDone)
            {
                break;
            }
        }

        writer.Complete();
        return new Read(Encoding.UTF8.GetString(stream.ToArray()), error?.Kind, reader.End(error, 0).Usage?.Tokens, reader.IsComplete, reader.IsDone);
    }

    [Fact]
    public void A_stream_split_at_any_bytes_gives_what_the_whole_gives() =>
        Gen.Select(Gen.Int[0, s_events.Length - 1].Array[1, 12], Gen.Int[0, 1000].Array[0, 40], Gen.Bool).Sample((picks, raw, ours) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => s_events[pick])));
            int[] cuts = [.. raw.Select(cut => cut % (bytes.Length + 1)).Order()];
            Assert.Equal(Run(bytes, [], ours), Run(bytes, cuts, ours));
            Assert.Equal(Run(bytes, [], ours), Run(bytes, [.. Enumerable.Range(1, bytes.Length - 1)], ours));
        }, iter: 2000);

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n")]
    public void The_usage_event_is_read_and_left_out_only_when_we_asked_for_it(bool ours, string relayed)
    {
        Read read = Run(Encoding.UTF8.GetBytes(s_events[9]), [], ours);
        Assert.Equal((relayed, new TokenUsage(3, 0, 0, 4, 0)), (read.Output, read.Usage));
    }

    [Fact]
    public void Usage_in_an_event_that_also_has_choices_is_never_left_out()
    {
        const string Last = "data: {\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
        Assert.Equal(Last, Run(Encoding.UTF8.GetBytes(Last), [], true).Output);
    }

    [Theory]
    [InlineData("event: steer\nid: 9\nretry: 1\ndata: {\"a\":1}\n\n", "data: {\"a\":1}\n\n")]
    [InlineData("data: {\"a\":1}\nevent: steer\n\n", "data: {\"a\":1}\n\n")]
    [InlineData("data: {\"a\":1}\r\nid: 3\r\n\r\n", "data: {\"a\":1}\n\n")]
    [InlineData("event: steer\n\n", "")]
    [InlineData(": keep-alive\n\n", ": keep-alive\n\n")]
    [InlineData("data: {\"a\":1}\r\n\r\n", "data: {\"a\":1}\r\n\r\n")]
    public void Names_ids_and_retry_hints_of_the_provider_are_stripped_and_the_rest_passes_byte_for_byte(string sent, string relayed)
    {
        Read read = Run(Encoding.UTF8.GetBytes(sent), [], false);
        Assert.Equal((relayed, null), (read.Output, read.Error));
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"no\"}}\n\n", ProviderErrorKind.StreamError)]
    [InlineData("event: error\ndata: {\"error\":{\"message\":\"no\"}}\n\n", ProviderErrorKind.StreamError)]
    [InlineData("data: {\"id\":\"x\",\"error\":{\"code\":\"server_error\"},\"choices\":[{\"finish_reason\":\"error\"}]}\n\n", ProviderErrorKind.StreamError)]
    [InlineData("data: {\"id\":\"x\",\"error\":null,\"a\":{\"error\":{}}}\n\n", null)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\\"error\\\":{\"}}]}\n\n", null)]
    [InlineData("data: garbage\n\n", ProviderErrorKind.MalformedAnswer)]
    [InlineData("<html>\n\n", ProviderErrorKind.MalformedAnswer)]
    public void An_error_is_one_only_as_a_member_of_the_event_itself(string sent, ProviderErrorKind? error)
    {
        Read read = Run(Encoding.UTF8.GetBytes(sent), [], false);
        Assert.Equal(error, read.Error);
        Assert.Equal(error is null ? sent : "", read.Output);
    }
}
