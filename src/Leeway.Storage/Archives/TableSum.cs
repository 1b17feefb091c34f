using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Leeway.Storage.Archives;

/// <summary>
/// What a table's rows come to: how many, and the sum of their hashes, which does not depend on the order in which a store gives them. It finds
/// what was lost, doubled or changed; it is no proof against somebody who forges a backup.
/// </summary>
internal sealed class TableSum
{
    private UInt128 _sum;

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    public string Checksum => _sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Counts the rows of a block.</summary>
    public void Add(ReadOnlySpan<byte> block)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var rows = new RowReader(block);
        while (rows.NextRow())
        {
            SHA256.HashData(rows.Row, hash);
            _sum += BinaryPrimitives.ReadUInt128LittleEndian(hash);
            Rows++;
            Bytes += rows.Row.Length;
        }
    }
}
