using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>Reads strings of foreign JSON, in which an escape may be half of a surrogate pair: valid JSON, but no text.</summary>
internal static class JsonText
{
    /// <summary>Levels of nesting in what comes back from a provider, or was accepted before: more than any gateway accepts.</summary>
    public const int MaxDepth = 1024;

    /// <summary>The string or name at which <paramref name="reader"/> stands.</summary>
    public static bool TryGet(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>The same as UTF-8. <paramref name="buffer"/> must be as long as the escaped form.</summary>
    public static bool TryCopy(ref Utf8JsonReader reader, scoped Span<byte> buffer, out int length)
    {
        try
        {
            length = reader.CopyString(buffer);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Whether the name at which <paramref name="reader"/> stands is <paramref name="name"/>, escapes undone.</summary>
    public static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(name);
        }

        return TryGet(ref reader, out string? text) && text == System.Text.Encoding.UTF8.GetString(name);
    }
}
