using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Leeway.Files;

/// <summary>
/// The names seen so far in one object. Few plain names, which is nearly every object, are compared in place; with many, or escaped ones, a
/// hash set takes over, so that a hostile line costs linear time.
/// </summary>
internal struct MemberSet
{
    private const int Few = 32;

    private FewRanges _few;
    private int _count;
    private HashSet<string>? _many;

    /// <summary>Adds the name at which <paramref name="reader"/> stands; false when it was there.</summary>
    /// <exception cref="InvalidOperationException">The name holds half of a surrogate pair.</exception>
    public bool Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (_many is null && !reader.ValueIsEscaped && _count < Few)
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            for (int i = 0; i < _count; i++)
            {
                if (json.Slice(_few[i].Start, _few[i].Length).SequenceEqual(name))
                {
                    return false;
                }
            }

            _few[_count++] = new ByteRange((int)reader.TokenStartIndex + 1, name.Length);
            return true;
        }

        if (_many is null)
        {
            _many = new HashSet<string>(StringComparer.Ordinal);
            for (int i = 0; i < _count; i++)
            {
                _many.Add(Encoding.UTF8.GetString(json.Slice(_few[i].Start, _few[i].Length)));
            }
        }

        return _many.Add(reader.GetString()!);
    }

    [InlineArray(Few)]
    private struct FewRanges
    {
        private ByteRange _first;
    }
}
