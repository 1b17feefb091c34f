using System.Text;

namespace Leeway.Adapters.Wire;

/// <summary>Recently seen model names, so that the few names in use are not made into new strings with each request.</summary>
internal static class ModelNames
{
    private const int Slots = 256;
    private const int Longest = 128;
    private static readonly Entry?[] s_entries = new Entry?[Slots];

    /// <summary>The name as a string. Racing writers may replace each other's entry; each still returns the right name.</summary>
    public static string Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref Entry? slot = ref s_entries[(uint)hash.ToHashCode() % Slots];
        Entry? entry = Volatile.Read(ref slot);
        if (entry is not null && utf8.SequenceEqual(entry.Utf8))
        {
            return entry.Text;
        }

        entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        Volatile.Write(ref slot, entry);
        return entry.Text;
    }

    private sealed record Entry(byte[] Utf8, string Text);
}
