using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Translation;

/// <summary>A provider's whole answer, read in the client's dialect. It is translated when it is first read.</summary>
internal sealed class TranslatedBody(Stream inner, Translator translator, Deployment deployment, DateTimeOffset now) : ReadOnlyStream
{
    // As much as the relay of answers that need no translation takes.
    private const int Longest = 256 * 1024 * 1024;

    private ReadOnlyMemory<byte>? _left;

    /// <summary>The usage as the provider told it, once the body was read.</summary>
    public ReportedUsage? Reported { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> left = _left ?? await TranslateAsync(cancellationToken);
        int count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        _left = left[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<ReadOnlyMemory<byte>> TranslateAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = await BoundedRead.ReadAsync(inner, Longest, cancellationToken)
            ?? throw Failures.Malformed(deployment, $"answered with more than {Longest} bytes");
        try
        {
            Reported = UsageReader.Read(bytes, translator.ProviderUsage);
            return Translate(translator, bytes, now);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Failures.Malformed(deployment, e is FormatException ? e.Message : "answered with something that is not JSON", e);
        }
    }

    /// <summary>The answer in the client's dialect.</summary>
    public static ReadOnlyMemory<byte> Translate(Translator translator, ReadOnlyMemory<byte> answer, DateTimeOffset now)
    {
        using JsonDocument document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        var output = new ArrayBufferWriter<byte>(answer.Length + 256);
        using (var json = new Utf8JsonWriter(output))
        {
            translator.WriteAnswer(document.RootElement, json, now);
        }

        return output.WrittenMemory;
    }
}
