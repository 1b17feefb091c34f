using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Translation;

/// <summary>A provider's stream of events, read in the client's dialect: each read pulls as many events as have come.</summary>
internal sealed class TranslatedStream : ReadOnlyStream
{
    // As long as the relay of streams that need no translation allows.
    private const int LongestEvent = 8 * 1024 * 1024;

    private readonly Stream _inner;
    private readonly StreamTranslator _translator;
    private readonly Deployment _deployment;
    private readonly UsageForm _form;
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly BoundedStream _bounded;
    private IAsyncEnumerator<SseItem<JsonDocument?>>? _events;
    private ValueTask<bool>? _next;
    private int _given;
    private bool _ended;

    public TranslatedStream(Stream inner, StreamTranslator translator, UsageForm form, Deployment deployment)
    {
        _form = form;
        _inner = inner;
        _translator = translator;
        _deployment = deployment;
        _bounded = new BoundedStream(inner, LongestEvent);
    }

    /// <summary>The usage as the provider has told it so far.</summary>
    public ReportedUsage? Reported { get; private set; }

    /// <summary>The token of the first read counts for all: a stream has one reader.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _output.WrittenCount && !_ended)
        {
            _output.ResetWrittenCount();
            _given = 0;
            try
            {
                await FillAsync(cancellationToken);
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                _ended = true;
                throw Failures.Malformed(_deployment, e is FormatException ? e.Message : "sent an event that is not JSON", e);
            }
        }

        int count = Math.Min(buffer.Length, _output.WrittenCount - _given);
        _output.WrittenMemory.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Waits for one event, and takes those that came with it.</summary>
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _events ??= SseParser.Create(_bounded, (_, data) => Parse(data)).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        do
        {
            ValueTask<bool> next = _next ?? _events.MoveNextAsync();
            _next = null;
            if (!await next)
            {
                _translator.End(_output);
                _ended = true;
                return;
            }

            _bounded.Restart();
            Translate(_events.Current);
            if (_translator.IsDone)
            {
                _ended = true;
                return;
            }

            _next = _events.MoveNextAsync().Preserve();
        }
        while (_next.Value.IsCompletedSuccessfully);
    }

    private void Translate(SseItem<JsonDocument?> item)
    {
        using JsonDocument? data = item.Data;
        if (data is null)
        {
            _translator.End(_output);
            _ended = true;
        }
        else if (data.RootElement.ValueKind == JsonValueKind.Object)
        {
            _translator.Translate(item.EventType, data.RootElement, _output);
        }
        else
        {
            throw new FormatException("sent an event that is no object");
        }
    }

    /// <summary>An event's data; null is OpenAI's end marker.</summary>
    private JsonDocument? Parse(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return null;
        }

        if (data.IndexOf("\"usage"u8) >= 0 && UsageReader.Read(data, _form) is { } told)
        {
            // Anthropic tells the input at the start and the output at the end; others tell all each time.
            Reported = _form == UsageForm.Anthropic && Reported is { } before ? before.With(told) : told;
        }

        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        return JsonDocument.ParseValue(ref reader);
    }
}
