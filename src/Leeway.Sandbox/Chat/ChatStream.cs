using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Chat;

/// <summary>The answer to a chat completion, as server-sent events; one stream fault may break it.</summary>
internal sealed class ChatStream(SandboxWorld world, HttpContext context, ChatAnswer answer, FaultKind? fault, FaultSetting? setting)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly string _id = world.Ids.Next("chatcmpl-");
    private readonly long _created = world.Clock.UnixSeconds;
    private readonly int _chunksBeforeFault = setting?.AfterChunks ?? 3;
    private int _sent;

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        for (var index = 0; index < answer.Choices.Count; index++)
        {
            if (!await SendChoiceAsync(index, cancellationToken))
            {
                return;
            }
        }

        if (answer.Request.IncludeUsage && !await SendAsync(json => WriteChunk(json, null), cancellationToken))
        {
            return;
        }

        await SendLineAsync("data: [DONE]\n\n"u8.ToArray(), cancellationToken);
    }

    private async Task<bool> SendChoiceAsync(int index, CancellationToken cancellationToken)
    {
        var choice = answer.Choices[index];
        if (!await SendAsync(json => WriteChunk(json, new Delta(index, "", null, IsFirst: true)), cancellationToken))
        {
            return false;
        }

        for (var start = 0; start < choice.Text.Length;)
        {
            var space = choice.Text.IndexOf(' ', start + 1);
            var end = space < 0 ? choice.Text.Length : space;
            var piece = choice.Text[start..end];
            start = end;
            if (!await SendAsync(json => WriteChunk(json, new Delta(index, piece, null)), cancellationToken))
            {
                return false;
            }

            await world.Clock.DelayAsync(world.Options.ChunkInterval, cancellationToken);
        }

        return await SendAsync(json => WriteChunk(json, new Delta(index, null, choice.FinishReason)), cancellationToken);
    }

    /// <summary>False when the fault has ended the stream.</summary>
    private async Task<bool> SendAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        if (fault is { } kind && _sent++ == _chunksBeforeFault)
        {
            return await BreakAsync(kind, cancellationToken);
        }

        await SendEventAsync(write, cancellationToken);
        return true;
    }

    private async Task<bool> BreakAsync(FaultKind kind, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case FaultKind.StreamCut:
                // Kestrel answers an exception after the headers by closing without the last chunk. An abort would reset
                // the connection and could take chunks with it that the client has not read yet.
                await context.Response.Body.FlushAsync(cancellationToken);
                throw new IOException("The sandbox cuts this stream.");
            case FaultKind.StreamStall:
                await context.Response.Body.FlushAsync(cancellationToken);
                await world.Clock.UntilCancelledAsync(cancellationToken);
                return false;
            case FaultKind.StreamGarbage:
                byte[] garbage = [.. "data: {\"id\":\"chatcm"u8, 0xFF, 0xFE, 0x00, .. "<html>502</html>\n\n"u8];
                await SendLineAsync(garbage, cancellationToken);
                return false;
            default:
                await SendEventAsync(new ApiError(500, "The server had an error while processing your request.", "server_error").WriteTo, cancellationToken);
                return false;
        }
    }

    private async Task SendEventAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        _buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(_buffer, HttpJson.WriterOptions))
        {
            write(json);
        }

        _buffer.Write("\n\n"u8);
        await SendLineAsync(_buffer.WrittenMemory, cancellationToken);
    }

    private async Task SendLineAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>A chunk with one delta, or the last one with the usage and no choice.</summary>
    private void WriteChunk(Utf8JsonWriter json, Delta? delta)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", _created);
        json.WriteString("model", answer.ModelName);
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", ChatAnswer.Fingerprint);
        json.WriteStartArray("choices");
        delta?.WriteTo(json);
        json.WriteEndArray();
        if (answer.Request.IncludeUsage)
        {
            json.WritePropertyName("usage");
            if (delta is null)
            {
                ChatAnswer.WriteUsage(json, answer.Usage);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        if (answer.Request.IncludeObfuscation)
        {
            // Padding hides the length of a delta from an observer of the encrypted stream.
            json.WriteString("obfuscation", "abcdefghijklmnop".AsSpan(0, Math.Max(1, 16 - (delta?.Content?.Length ?? 0))));
        }

        json.WriteEndObject();
    }

    private sealed record Delta(int Index, string? Content, string? FinishReason, bool IsFirst = false)
    {
        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteNumber("index", Index);
            json.WriteStartObject("delta");
            if (IsFirst)
            {
                json.WriteString("role", "assistant");
            }

            if (Content is not null)
            {
                json.WriteString("content", Content);
            }

            if (IsFirst)
            {
                json.WriteNull("refusal");
            }

            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason);
            json.WriteEndObject();
        }
    }
}
