using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>Turns a provider's stream into the client's dialect, event by event. One per stream.</summary>
internal abstract class StreamTranslator
{
    private readonly ArrayBufferWriter<byte> _event = new(512);
    private Utf8JsonWriter? _json;

    /// <summary>True once the provider's stream has ended as its protocol says.</summary>
    public bool IsDone { get; protected set; }

    /// <summary>Translates one event into none, one or several.</summary>
    /// <exception cref="FormatException">The event is none that the protocol allows.</exception>
    public abstract void Translate(string name, JsonElement data, IBufferWriter<byte> output);

    /// <summary>The provider's end marker, where it has one that is no JSON; or the end of its bytes.</summary>
    public virtual void End(IBufferWriter<byte> output)
    {
    }

    /// <summary>Writes one event; <paramref name="name"/> is null where the client's dialect names none.</summary>
    protected void Write(IBufferWriter<byte> output, string? name, Action<Utf8JsonWriter> write)
    {
        _event.ResetWrittenCount();
        _json ??= new Utf8JsonWriter(_event);
        _json.Reset(_event);
        write(_json);
        _json.Flush();
        if (name is not null)
        {
            output.Write("event: "u8);
            output.Write(System.Text.Encoding.UTF8.GetBytes(name));
            output.Write("\n"u8);
        }

        output.Write("data: "u8);
        output.Write(_event.WrittenSpan);
        output.Write("\n\n"u8);
    }
}
