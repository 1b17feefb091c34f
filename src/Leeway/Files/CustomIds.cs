using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Leeway.Files;

/// <summary>
/// The <c>custom_id</c>s of a file and their lines. Of each, 128 bits of its SHA-256 are kept: files are long and ids may be, and nobody can
/// make two ids that agree in these.
/// </summary>
public sealed class CustomIds
{
    // A file that is not small is taken for a large one: growing by doubling would leave more garbage than ids.
    private const int Small = 4096;
    private const int Large = 50_000;

    private readonly Dictionary<UInt128, int> _lines = [];

    /// <summary>Adds an id; false, with the line that has it, when there is one.</summary>
    public bool TryAdd(string customId, int line, out int earlier)
    {
        if (_lines.Count == Small)
        {
            _lines.EnsureCapacity(Large);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(customId.AsSpan()), hash);
        ref int found = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, BinaryPrimitives.ReadUInt128LittleEndian(hash), out bool exists);
        earlier = found;
        if (!exists)
        {
            found = line;
        }

        return !exists;
    }
}
