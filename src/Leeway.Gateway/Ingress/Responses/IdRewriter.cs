using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>
/// Relays the bytes of a response, whole or as events, with the provider's id replaced by ours wherever it stands. What is written between two
/// flushes is complete, so no id is ever split.
/// </summary>
/// <param name="inner">Where it goes.</param>
/// <param name="seal">Ours for the provider's.</param>
/// <param name="previous">The previous response, as the provider and as the client call it; null for none.</param>
internal sealed class IdRewriter(PipeWriter inner, Func<string, CancellationToken, ValueTask<string>> seal, (string Theirs, string Ours)? previous) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _held = new(4096);
    private readonly (byte[] From, byte[] To)? _previous = previous is { } pair ? (Quoted(pair.Theirs), Quoted(pair.Ours)) : null;
    private (byte[] From, byte[] To)? _id;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _held.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _held.GetSpan(sizeHint);

    public override void Advance(int bytes) => _held.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_id is null && FindId(_held.WrittenSpan) is { } theirs)
        {
            _id = (Quoted(theirs), Quoted(await seal(theirs, cancellationToken)));
        }

        WriteHeld();
        return await inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void WriteHeld()
    {
        ReadOnlySpan<byte> rest = _held.WrittenSpan;
        while (Next(rest) is { At: >= 0 } found)
        {
            inner.Write(rest[..found.At]);
            inner.Write(found.To);
            rest = rest[(found.At + found.Length)..];
        }

        inner.Write(rest);
        _held.ResetWrittenCount();
    }

    private (int At, int Length, byte[] To) Next(ReadOnlySpan<byte> rest)
    {
        int id = _id is { } one ? rest.IndexOf(one.From) : -1;
        int before = _previous is { } other ? rest.IndexOf(other.From) : -1;
        return id >= 0 && (before < 0 || id < before) ? (id, _id!.Value.From.Length, _id.Value.To)
            : before >= 0 ? (before, _previous!.Value.From.Length, _previous.Value.To)
            : (-1, 0, []);
    }

    // Of an answer, or of the response in one of several events.
    private static string? FindId(ReadOnlySpan<byte> text)
    {
        if (text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return FindIdIn(text);
        }

        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith("data:"u8) && FindIdIn(line[5..]) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    private static string? FindIdIn(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isId = reader.ValueTextEquals("id"u8);
                bool isResponse = reader.ValueTextEquals("response"u8);
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString();
                }

                // One step into the response, and on with its members.
                if (!isResponse || reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What is no JSON is judged elsewhere.
        }

        return null;
    }

    private static byte[] Quoted(string id) => Encoding.UTF8.GetBytes($"\"{id}\"");
}
