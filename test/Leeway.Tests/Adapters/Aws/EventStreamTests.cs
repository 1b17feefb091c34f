using System.Buffers.Binary;
using System.Text;
using Leeway.Adapters.Aws;

namespace Leeway.Tests.Adapters.Aws;

/// <summary>The framing of AWS's event streams.</summary>
public sealed class EventStreamTests
{
    /// <summary>The message without headers that AWS's SDKs test with: prelude, payload and both checksums byte for byte.</summary>
    [Fact]
    public async Task The_published_message_without_headers_is_read()
    {
        byte[] bytes = Convert.FromHexString("0000001D" + "00000000" + "FD528C5A" + Convert.ToHexString("{'foo':'bar'}"u8) + "C3653936");

        EventStreamMessage? message = await ReadOneAsync(bytes);

        Assert.Equal("{'foo':'bar'}", Encoding.UTF8.GetString(message!.Payload));
    }

    [Fact]
    public async Task Our_test_encoder_makes_the_published_bytes_and_headers_of_every_type_are_passed_over()
    {
        Assert.Equal("0000001D00000000FD528C5A" + Convert.ToHexString("{'foo':'bar'}"u8) + "C3653936", Convert.ToHexString(EventBytes.Frame([], "{'foo':'bar'}"u8)));
        byte[] headers =
        [
            .. EventBytes.Header("t", 0, []), .. EventBytes.Header("b", 2, [1]), .. EventBytes.Header("s", 3, [1, 2]), .. EventBytes.Header("i", 4, [1, 2, 3, 4]),
            .. EventBytes.Header("l", 5, new byte[8]), .. EventBytes.Header("y", 6, [0, 1, 9]), .. EventBytes.Header("at", 8, new byte[8]), .. EventBytes.Header("id", 9, new byte[16]),
            .. EventBytes.Text(":message-type", "exception"), .. EventBytes.Text(":exception-type", "throttlingException"),
        ];

        EventStreamMessage? message = await ReadOneAsync(EventBytes.Frame(headers, "{}"u8));

        Assert.Equal(("exception", "throttlingException"), (message!.Kind, message.Name));
    }

    [Fact]
    public async Task Messages_follow_one_another_in_whatever_pieces_they_come()
    {
        byte[] bytes = [.. EventBytes.Event("a", "{\"n\":1}"), .. EventBytes.Event("b", "{\"n\":2}")];
        var reader = new EventStreamReader(new Dripping(bytes, 3));

        Assert.Equal("a", (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Name);
        Assert.Equal("b", (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Name);
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0, "head does not match")]
    [InlineData(9, "head does not match")]
    [InlineData(12, "does not match its checksum")]
    [InlineData(-1, "does not match its checksum")]
    public async Task A_flipped_bit_is_found(int at, string message)
    {
        byte[] bytes = EventBytes.Event("a", "{\"n\":1}");
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => ReadOneAsync(bytes));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15u, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(100u, 90u)]
    [InlineData(1_000_000u, 200_000u)]
    public async Task Lengths_beyond_the_protocol_are_refused_before_anything_is_reserved(uint length, uint headers)
    {
        byte[] prelude = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(prelude, length);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), System.IO.Hashing.Crc32.HashToUInt32(prelude.AsSpan(0, 8)));

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => ReadOneAsync(prelude));

        Assert.Contains("beyond what the protocol allows", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public async Task A_stream_that_breaks_off_within_a_message_is_cut_and_not_ended(int length) =>
        await Assert.ThrowsAsync<EndOfStreamException>(() => ReadOneAsync(EventBytes.Event("a", "{\"n\":1}")[..length]));

    [Fact]
    public async Task Headers_that_break_off_are_malformed() =>
        await Assert.ThrowsAsync<FormatException>(() => ReadOneAsync(EventBytes.Frame([5, (byte)'a'], "{}"u8)));

    private static Task<EventStreamMessage?> ReadOneAsync(byte[] bytes) =>
        new EventStreamReader(new MemoryStream(bytes)).ReadAsync(TestContext.Current.CancellationToken).AsTask();

    private sealed class Dripping(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
