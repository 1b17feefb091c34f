using System.Buffers;
using System.IO.Pipelines;

namespace Leeway.RealTime;

/// <summary>
/// Looks at each complete event of a provider's stream on its way out. Where the dialect names no events only <c>data:</c> and comments
/// pass; where it does, names pass too. Ids and retry hints of the provider are left out, so that it cannot steer the client.
/// </summary>
internal sealed class SseEventReader(IProvider provider, string endpoint, bool usageEventIsOurs)
{
    private readonly StreamEvents _events = StreamEvents.Of(provider, endpoint, usageEventIsOurs);

    /// <summary>True once the end marker, or the reason of the end, came.</summary>
    public bool IsComplete => _events.IsComplete;

    /// <summary>True once the end marker came.</summary>
    public bool IsDone => _events.IsDone;

    /// <summary>Writes the complete events of <paramref name="bytes"/> to <paramref name="output"/>.</summary>
    /// <returns>Bytes consumed; the rest is the beginning of an event.</returns>
    public int Process(ReadOnlySpan<byte> bytes, PipeWriter output, out int written, out ProviderError? error)
    {
        written = 0;
        error = null;
        int runStart = 0;
        int position = 0;
        while (NextEvent(bytes[position..]) is { } length)
        {
            ReadOnlySpan<byte> candidate = bytes.Slice(position, length);
            EventFate fate = Inspect(candidate, ref error);
            if (fate != EventFate.Relay)
            {
                written += Write(bytes[runStart..position], output);
                runStart = position + length;
            }

            if (fate == EventFate.Stop)
            {
                return position + length;
            }

            if (fate == EventFate.Strip)
            {
                written += WriteLines(candidate, output);
            }

            position += length;
            if (IsDone)
            {
                break;
            }
        }

        written += Write(bytes[runStart..position], output);
        return position;
    }

    /// <summary>The end, with what was learnt on the way.</summary>
    public StreamEnd End(ProviderError? error, long relayed) => new(error, _events.Usage, relayed);

    // An event ends with a blank line; line ends may be LF or CR LF.
    private static int? NextEvent(ReadOnlySpan<byte> bytes)
    {
        int from = 0;
        while (true)
        {
            int feed = bytes[from..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                return null;
            }

            int end = from + feed + 1;
            if (end < bytes.Length && bytes[end] == '\n')
            {
                return end + 1;
            }

            if (end + 1 < bytes.Length && bytes[end] == '\r' && bytes[end + 1] == '\n')
            {
                return end + 2;
            }

            if (feed == 0 || (feed == 1 && bytes[from] == '\r'))
            {
                return end;
            }

            from = end;
        }
    }

    private EventFate Inspect(ReadOnlySpan<byte> candidate, ref ProviderError? error)
    {
        ReadOnlySpan<byte> content = candidate.TrimEnd("\r\n"u8);
        ReadOnlySpan<byte> data = content;
        ReadOnlySpan<byte> name = default;
        if (_events.AreNamed && content.StartsWith("event:"u8))
        {
            int feed = content.IndexOf((byte)'\n');
            name = feed < 0 ? default : content[6..feed].Trim(" \r"u8);
            data = feed < 0 ? default : content[(feed + 1)..];
        }

        return data.StartsWith("data:"u8) && !data.Contains((byte)'\n')
            ? _events.Inspect(name, data[5..].Trim((byte)' '), ref error)
            : InspectUnusual(content, ref error);
    }

    // Comments, events with ids or several data lines or their lines in another order, and bytes that are no events at all.
    private EventFate InspectUnusual(ReadOnlySpan<byte> content, ref ProviderError? error)
    {
        var data = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> name = default;
        bool isComment = !content.IsEmpty && content[0] == ':';
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range].TrimEnd((byte)'\r');
            if (line.IsEmpty || line[0] == ':')
            {
                continue;
            }

            if (line.StartsWith("data:"u8))
            {
                data.Write(data.WrittenCount > 0 ? "\n"u8 : default);
                data.Write(line[5..]);
            }
            else if (line.StartsWith("event:"u8))
            {
                name = line[6..].Trim((byte)' ');
            }
            else if (!line.StartsWith("id:"u8) && !line.StartsWith("retry:"u8))
            {
                error = new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider sent bytes that are no events.");
                return EventFate.Stop;
            }
        }

        if (data.WrittenCount == 0)
        {
            return isComment ? EventFate.Relay : EventFate.Drop;
        }

        EventFate fate = _events.Inspect(name, data.WrittenSpan.Trim(" \r"u8), ref error);
        return fate == EventFate.Relay ? EventFate.Strip : fate;
    }

    private static int Write(ReadOnlySpan<byte> bytes, PipeWriter output)
    {
        if (!bytes.IsEmpty)
        {
            output.Write(bytes);
        }

        return bytes.Length;
    }

    private int WriteLines(ReadOnlySpan<byte> candidate, PipeWriter output)
    {
        int written = 0;
        foreach (Range range in candidate.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = candidate[range].TrimEnd((byte)'\r');
            if (line.StartsWith("data:"u8) || (_events.AreNamed && line.StartsWith("event:"u8)))
            {
                written += Write(line, output) + Write("\n"u8, output);
            }
        }

        return written + Write("\n"u8, output);
    }
}
