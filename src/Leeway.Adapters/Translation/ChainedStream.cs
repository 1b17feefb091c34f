using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>Two translations, one behind the other. What lies between are events of ours without names.</summary>
internal sealed class ChainedStream(StreamTranslator first, StreamTranslator second) : StreamTranslator
{
    private readonly ArrayBufferWriter<byte> _between = new(512);

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        first.Translate(name, data, _between);
        Pass(output);
    }

    public override void End(IBufferWriter<byte> output)
    {
        first.End(_between);
        Pass(output);
    }

    private void Pass(IBufferWriter<byte> output)
    {
        ReadOnlyMemory<byte> left = _between.WrittenMemory;
        while (left.Span.IndexOf("\n\n"u8) is >= 0 and var end)
        {
            ReadOnlyMemory<byte> data = left["data: ".Length..end];
            left = left[(end + 2)..];
            if (data.Span.SequenceEqual("[DONE]"u8))
            {
                second.End(output);
                continue;
            }

            using JsonDocument json = JsonDocument.Parse(data, new JsonDocumentOptions { MaxDepth = Wire.JsonText.MaxDepth });
            second.Translate("", json.RootElement, output);
        }

        _between.ResetWrittenCount();
        IsDone = first.IsDone || second.IsDone;
    }
}
