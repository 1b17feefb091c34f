using System.Runtime.InteropServices;

namespace Leeway.Storage.Postgres;

/// <summary>One value of a row: a number, an id, a text or bytes; null when it is none of them.</summary>
internal readonly struct Cell
{
    private static readonly object s_inline = new();

    private readonly long _first;
    private readonly long _second;
    private readonly object? _value;

    public Cell(long number) => (_first, _value) = (number, s_inline);

    public Cell(Guid id)
    {
        Span<long> halves = stackalloc long[2];
        MemoryMarshal.Write(MemoryMarshal.AsBytes(halves), in id);
        (_first, _second, _value) = (halves[0], halves[1], s_inline);
    }

    public Cell(object value) => _value = value;

    public bool IsNull => _value is null;

    public long Number => _first;

    public Guid Id
    {
        get
        {
            ReadOnlySpan<long> halves = [_first, _second];
            return MemoryMarshal.Read<Guid>(MemoryMarshal.AsBytes(halves));
        }
    }

    public string Text => (string)_value!;

    public byte[] Bytes => (byte[])_value!;
}
