using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Writes JSON as one server-sent event.</summary>
internal static class SseData
{
    /// <summary>Writes an event with a name.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\n"u8);
        Write(output, json);
    }

    /// <summary>Writes an event with a name, from what <paramref name="write"/> writes.</summary>
    public static void Write(IBufferWriter<byte> output, string name, Action<Utf8JsonWriter> write) =>
        Write(output, Encoding.ASCII.GetBytes(name), Json.Write(write));

    /// <summary>Providers indent their errors, and a line break would end the event's line. Between JSON's tokens it means as much as a space; inside a string it cannot stand.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        output.Write("data: "u8);
        Span<byte> line = output.GetSpan(json.Length)[..json.Length];
        json.CopyTo(line);
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        output.Advance(json.Length);
        output.Write("\n\n"u8);
    }
}
