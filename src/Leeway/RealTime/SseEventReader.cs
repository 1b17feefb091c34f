using System.Buffers;
using System.IO.Pipelines;

namespace Leeway.RealTime;

/// <summary>
/// Looks at each complete event of a provider's stream on its way out. Only <c>data:</c> events and comments pass; event names, ids and
/// retry hints of the provider are left out, so that it cannot steer the client.
/// </summary>
internal sealed class SseEventReader(IProvider provider, bool usageEventIsOurs)
{
    private TokenUsage? _usage;

    /// <summary>True once the end marker, or a finish reason, came.</summary>
    public bool IsComplete { get; private set; }

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
            EventKind kind = Inspect(candidate, ref error);
            if (kind != EventKind.Relay)
            {
                written += Write(bytes[runStart..position], output);
                runStart = position + length;
            }

            if (kind == EventKind.Stop)
            {
                return position + length;
            }

            if (kind == EventKind.Strip)
            {
                written += WriteDataLines(candidate, output);
            }

            position += length;
        }

        written += Write(bytes[runStart..position], output);
        return position;
    }

    /// <summary>The end, with what was learnt on the way.</summary>
    public StreamEnd End(ProviderError? error, long relayed) => new(error, _usage, relayed);

    private enum EventKind
    {
        Relay,
        Drop,
        Strip,
        Stop,
    }

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

    private EventKind Inspect(ReadOnlySpan<byte> candidate, ref ProviderError? error)
    {
        if (!candidate.StartsWith("data:"u8))
        {
            return InspectUnusual(candidate, ref error);
        }

        ReadOnlySpan<byte> data = candidate[5..].Trim(" \r\n"u8);
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsComplete = true;
            return EventKind.Relay;
        }

        if (data.Length < 2 || data[0] != '{' || data[^1] != '}')
        {
            error = new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider sent an event that is not JSON.");
            return EventKind.Stop;
        }

        if (IsError(data))
        {
            error = new ProviderError(ProviderErrorKind.StreamError, "The provider reported an error in the stream.") { Body = data.ToArray() };
            return EventKind.Stop;
        }

        if (data.IndexOf("\"usage\":{"u8) >= 0 || data.IndexOf("\"usage\": {"u8) >= 0)
        {
            _usage = provider.ReadUsage(data) ?? _usage;
            if (usageEventIsOurs && (data.IndexOf("\"choices\":[]"u8) >= 0 || data.IndexOf("\"choices\": []"u8) >= 0))
            {
                return EventKind.Drop;
            }
        }

        if (!IsComplete && (data.IndexOf("\"finish_reason\":\""u8) >= 0 || data.IndexOf("\"finish_reason\": \""u8) >= 0))
        {
            IsComplete = true;
        }

        return EventKind.Relay;
    }

    // Comments, events with names or ids, and bytes that are no events at all.
    private EventKind InspectUnusual(ReadOnlySpan<byte> candidate, ref ProviderError? error)
    {
        bool hasData = false;
        foreach (Range range in candidate.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = candidate[range].TrimEnd((byte)'\r');
            if (line.IsEmpty || line[0] == ':')
            {
                continue;
            }

            if (line.StartsWith("data:"u8))
            {
                hasData = true;
                EventKind kind = Inspect(line, ref error);
                if (kind is EventKind.Stop or EventKind.Drop)
                {
                    return kind;
                }
            }
            else if (!line.StartsWith("event:"u8) && !line.StartsWith("id:"u8) && !line.StartsWith("retry:"u8))
            {
                error = new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider sent bytes that are no events.");
                return EventKind.Stop;
            }
        }

        return hasData ? EventKind.Strip : candidate[0] == ':' ? EventKind.Relay : EventKind.Drop;
    }

    private static bool IsError(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> inner = data[1..].TrimStart((byte)' ');
        return inner.StartsWith("\"error\""u8) && inner[7..].TrimStart(" :"u8) is [(byte)'{' or (byte)'"', ..];
    }

    private static int Write(ReadOnlySpan<byte> bytes, PipeWriter output)
    {
        if (!bytes.IsEmpty)
        {
            output.Write(bytes);
        }

        return bytes.Length;
    }

    private static int WriteDataLines(ReadOnlySpan<byte> candidate, PipeWriter output)
    {
        int written = 0;
        foreach (Range range in candidate.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = candidate[range].TrimEnd((byte)'\r');
            if (line.StartsWith("data:"u8))
            {
                written += Write(line, output) + Write("\n"u8, output);
            }
        }

        return written + Write("\n"u8, output);
    }
}
