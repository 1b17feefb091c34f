using System.Buffers.Binary;
using System.Numerics;

namespace Leeway;

/// <summary>
/// What a prompt begins with, in a few numbers: one for each mark that its bytes reach, and each of them stands for everything up to its
/// mark. Two prompts share their beginning up to the last mark at which their numbers agree, so that sorting by the numbers brings shared
/// beginnings together. Of 32 bits: a chance agreement costs a place in an order, nothing else. The same in every process.
/// </summary>
public sealed class PrefixKey
{
    // From where a provider's cache begins to hold anything (16 to 64 tokens in self-hosted servers, 1,024 elsewhere) to where few prompts
    // reach; dense at first, then each a quarter to a half further.
    private static readonly int[] s_marks =
    [
        256, 512, 1024, 2048, 4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536, 98_304, 131_072, 196_608,
    ];

    // The secrets of wyhash (public domain).
    private const ulong Secret = 0xa076_1d64_78bd_642f;
    private const ulong OtherSecret = 0xe703_7ed1_a0b4_28db;

    private readonly uint[] _blocks;

    /// <summary>Creates a key of known numbers.</summary>
    public PrefixKey(ReadOnlySpan<uint> blocks) => _blocks = blocks.ToArray();

    /// <summary>One number for each mark reached.</summary>
    public ReadOnlyMemory<uint> Blocks => _blocks;

    /// <summary>Numbers that a key has at most.</summary>
    public static int Marks => s_marks.Length;

    /// <summary>The byte at which number <paramref name="index"/> ends.</summary>
    public static int MarkOf(int index) => s_marks[index];

    /// <summary>
    /// The key of a prompt, whose parts are taken in the order in which providers put them before the model: tools, instructions, then
    /// the messages or the input. Null when it is too short for any mark.
    /// </summary>
    /// <param name="tools">JSON of the tools, as sent; may be empty.</param>
    /// <param name="instructions">JSON of what stands before the messages; may be empty.</param>
    /// <param name="prompt">JSON of the messages or the input.</param>
    public static PrefixKey? Of(ReadOnlySpan<byte> tools, ReadOnlySpan<byte> instructions, ReadOnlySpan<byte> prompt)
    {
        Span<uint> blocks = stackalloc uint[s_marks.Length];
        int count = 0;
        int read = 0;
        ulong hash = Secret;
        Take(tools, blocks, ref count, ref read, ref hash);
        Take(instructions, blocks, ref count, ref read, ref hash);
        Take(prompt, blocks, ref count, ref read, ref hash);
        return count == 0 ? null : new PrefixKey(blocks[..count]);
    }

    private static void Take(ReadOnlySpan<byte> part, Span<uint> blocks, ref int count, ref int read, ref ulong hash)
    {
        while (part.Length > 0 && count < s_marks.Length)
        {
            int length = Math.Min(part.Length, s_marks[count] - read);
            hash = Hash(part[..length], hash);
            part = part[length..];
            read += length;
            if (read == s_marks[count])
            {
                blocks[count++] = (uint)(hash ^ (hash >> 32));
            }
        }
    }

    // The inner step of wyhash over 16 bytes at a time.
    private static ulong Hash(ReadOnlySpan<byte> bytes, ulong hash)
    {
        int length = bytes.Length;
        while (bytes.Length >= 16)
        {
            hash = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ OtherSecret, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
            bytes = bytes[16..];
        }

        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        bytes.CopyTo(rest);
        return Mix(
            BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ OtherSecret,
            BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ BitOperations.RotateLeft(hash, 7) ^ (ulong)length);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
