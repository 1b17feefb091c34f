using System.Runtime.InteropServices;

namespace Leeway.Adapters.Wire;

/// <summary>Replacements in a JSON body, by offset and disjoint; everything between them stays byte for byte.</summary>
internal sealed class BodyEdits
{
    private readonly List<Edit> _edits = [];

    public bool IsEmpty => _edits.Count == 0;

    /// <summary>Puts <paramref name="text"/> in the place of <paramref name="range"/>; a range of length 0 inserts.</summary>
    public void Replace(ByteRange range, ReadOnlyMemory<byte> text)
    {
        // An insertion goes in front of a replacement that starts at the same offset.
        int at = _edits.Count;
        while (at > 0 && (_edits[at - 1].Range.Start, _edits[at - 1].Range.Length).CompareTo((range.Start, range.Length)) > 0)
        {
            at--;
        }

        _edits.Insert(at, new Edit(range, text));
    }

    /// <summary>Removes members of one object, with the commas that they no longer need. Ranges of length 0 are ignored; the others are sorted in place.</summary>
    public void RemoveMembers(ReadOnlySpan<byte> body, Span<ByteRange> members)
    {
        members.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Length == 0)
            {
                continue;
            }

            // Neighbours go together: each of them alone could claim the comma between them.
            int start = members[i].Start;
            int end = members[i].End;
            int next = AfterComma(body, end);
            while (i + 1 < members.Length && next == members[i + 1].Start)
            {
                end = members[++i].End;
                next = AfterComma(body, end);
            }

            if (next >= 0)
            {
                end = next;
            }
            else
            {
                int before = body[..start].TrimEnd(" \t\r\n"u8).Length - 1;
                start = before >= 0 && body[before] == (byte)',' ? before : start;
            }

            Replace(new ByteRange(start, end - start), default);
        }
    }

    /// <summary>Bytes of the edited body.</summary>
    public long Measure(int bodyLength)
    {
        long length = bodyLength;
        foreach (Edit edit in _edits)
        {
            length += edit.Text.Length - edit.Range.Length;
        }

        return length;
    }

    /// <summary>The edited body piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> body)
    {
        int done = 0;
        foreach (Edit edit in _edits)
        {
            yield return body[done..edit.Range.Start];
            yield return edit.Text;
            done = edit.Range.End;
        }

        yield return body[done..];
    }

    /// <summary>Copies the edited body to <paramref name="output"/>, which must be long enough.</summary>
    /// <returns>Bytes copied.</returns>
    public int CopyTo(Span<byte> output, ReadOnlySpan<byte> body)
    {
        int done = 0;
        int length = 0;
        foreach (ref readonly Edit edit in CollectionsMarshal.AsSpan(_edits))
        {
            body[done..edit.Range.Start].CopyTo(output[length..]);
            length += edit.Range.Start - done;
            edit.Text.Span.CopyTo(output[length..]);
            length += edit.Text.Length;
            done = edit.Range.End;
        }

        body[done..].CopyTo(output[length..]);
        return length + body.Length - done;
    }

    /// <summary>Where the next member starts behind the comma that follows <paramref name="end"/>; -1 when no comma does.</summary>
    private static int AfterComma(ReadOnlySpan<byte> body, int end)
    {
        int comma = SkipSpace(body, end);
        return comma < body.Length && body[comma] == (byte)',' ? SkipSpace(body, comma + 1) : -1;
    }

    private static int SkipSpace(ReadOnlySpan<byte> body, int from)
    {
        int length = body[from..].IndexOfAnyExcept(" \t\r\n"u8);
        return length < 0 ? body.Length : from + length;
    }

    private readonly record struct Edit(ByteRange Range, ReadOnlyMemory<byte> Text);
}
