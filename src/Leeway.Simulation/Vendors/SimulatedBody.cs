using System.Buffers.Binary;

namespace Leeway.Simulation.Vendors;

/// <summary>The body of a simulated request: not JSON but the four numbers that its answer is made from.</summary>
/// <param name="Number">In the trace.</param>
/// <param name="Input">Tokens, cached ones included.</param>
/// <param name="Cached">Tokens of the input that the provider's cache holds.</param>
/// <param name="Output">Tokens of the answer.</param>
internal readonly record struct SimulatedBody(long Number, int Input, int Cached, int Output)
{
    private const int Length = 20;

    public TokenUsage Usage => new(Input, Cached, 0, Output, 0);

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Input);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Cached);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Output);
        return bytes;
    }

    public static SimulatedBody Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]));
}
