using System.Security.Cryptography;
using System.Text;

namespace Leeway.Gateway.Ingress.Hooks;

/// <summary>
/// Ids of webhooks that were taken, the latest few thousand. A vendor repeats an id with each try; one that was forgotten costs one poll
/// more. Ids are the sender's, so their hashes are kept: memory is bounded however long they are.
/// </summary>
internal sealed class SeenHooks
{
    private const int Most = 4096;

    private readonly HashSet<UInt128> _ids = [];
    private readonly Queue<UInt128> _order = new();
    private readonly Lock _lock = new();

    /// <summary>Takes note of an id; false when it is known.</summary>
    public bool TryAdd(string provider, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{provider}\n{id}"), hash);
        UInt128 key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
        lock (_lock)
        {
            if (!_ids.Add(key))
            {
                return false;
            }

            _order.Enqueue(key);
            if (_order.Count > Most)
            {
                _ids.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
