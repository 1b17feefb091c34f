using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Gemini;

/// <summary>Writes the lines of a batch's input.</summary>
internal static class GeminiLine
{
    /// <summary>Writes one request, already in the vendor's dialect, on a line of its own.</summary>
    /// <returns>Bytes written, line feed included.</returns>
    public static int Write(IBufferWriter<byte> output, RequestId id, ReadOnlySpan<byte> request)
    {
        byte[] head = Encoding.UTF8.GetBytes($"{{\"key\":\"{id}\",\"request\":");
        int length = head.Length + request.Length + 2;
        Span<byte> line = output.GetSpan(length);
        head.CopyTo(line);
        Span<byte> body = line.Slice(head.Length, request.Length);
        request.CopyTo(body);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
        body.Replace((byte)'\n', (byte)' ');
        body.Replace((byte)'\r', (byte)' ');
        "}\n"u8.CopyTo(line[(length - 2)..]);
        output.Advance(length);
        return length;
    }

    /// <summary>Lines as the elements of a create that takes the requests itself.</summary>
    public static void WriteInline(Utf8JsonWriter json, ReadOnlyMemory<byte> lines)
    {
        while (lines.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            using JsonDocument line = JsonDocument.Parse(lines[..end], new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            lines = lines[(end + 1)..];
            json.WriteStartObject();
            Translation.JsonCopy.Copy(json, "request", line.RootElement.GetProperty("request"));
            json.WriteStartObject("metadata");
            json.WriteString("key", line.RootElement.GetProperty("key").GetString());
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
