using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Leeway.RealTime;

/// <summary>
/// Looks at each complete event of a provider's stream on its way out. Only <c>data:</c> events and comments pass; event names, ids and
/// retry hints of the provider are left out, so that it cannot steer the client.
/// </summary>
internal sealed class SseEventReader(IProvider provider, string endpoint, bool usageEventIsOurs)
{
    private TokenUsage? _usage;

    /// <summary>True once the end marker, or a finish reason, came.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True once the end marker came.</summary>
    public bool IsDone { get; private set; }

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
            if (IsDone)
            {
                break;
            }
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
        ReadOnlySpan<byte> content = candidate.TrimEnd("\r\n"u8);
        return content.StartsWith("data:"u8) && !content.Contains((byte)'\n')
            ? InspectData(content[5..].Trim((byte)' '), ref error)
            : InspectUnusual(content, ref error);
    }

    private EventKind InspectData(ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsComplete = IsDone = true;
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
            _usage = provider.ReadUsage(endpoint, data) ?? _usage;
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

    // Comments, events with names or ids or several data lines, and bytes that are no events at all.
    private EventKind InspectUnusual(ReadOnlySpan<byte> content, ref ProviderError? error)
    {
        var data = new ArrayBufferWriter<byte>();
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
            else if (!line.StartsWith("event:"u8) && !line.StartsWith("id:"u8) && !line.StartsWith("retry:"u8))
            {
                error = new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider sent bytes that are no events.");
                return EventKind.Stop;
            }
        }

        if (data.WrittenCount == 0)
        {
            return isComment ? EventKind.Relay : EventKind.Drop;
        }

        EventKind kind = InspectData(data.WrittenSpan.Trim(" \r"u8), ref error);
        return kind == EventKind.Relay ? EventKind.Strip : kind;
    }

    // An error object or text as a member of the event itself; a walk only where the name occurs at all.
    private static bool IsError(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\"error\""u8) < 0)
        {
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(data);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isError = json.ValueTextEquals("error"u8);
                json.Read();
                if (isError && json.TokenType is (JsonTokenType.StartObject or JsonTokenType.String))
                {
                    return true;
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // What is no JSON goes on as it came: whole events are relayed, not judged.
        }

        return false;
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
