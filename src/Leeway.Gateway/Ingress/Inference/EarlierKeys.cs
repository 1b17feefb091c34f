using System.Buffers.Binary;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// The attach keys of requests that an earlier process accepted: a set that never grows, read once when the first call asks. Whatever is
/// not in it need not be looked up in the store; eight bytes of each key are kept, and a chance match costs one look-up.
/// </summary>
internal sealed class EarlierKeys(IRequestStore requests, DateTimeOffset since)
{
    private readonly Lock _lock = new();
    private Task<HashSet<ulong>>? _loading;

    public async ValueTask<bool> MayContainAsync(byte[] key, CancellationToken cancellationToken)
    {
        Task<HashSet<ulong>> loading = Load();
        HashSet<ulong> keys = loading.IsCompletedSuccessfully ? loading.Result : await loading.WaitAsync(cancellationToken);
        return keys.Count > 0 && keys.Contains(Head(key));
    }

    // Not bound to the call that comes first; a failed reading is begun anew.
    private Task<HashSet<ulong>> Load()
    {
        lock (_lock)
        {
            return _loading is null or { IsFaulted: true } ? _loading = ReadAsync() : _loading;
        }
    }

    private async Task<HashSet<ulong>> ReadAsync()
    {
        var keys = new HashSet<ulong>();
        await foreach (byte[] key in requests.LoadAttachKeysAsync(since, CancellationToken.None))
        {
            keys.Add(Head(key));
        }

        return keys;
    }

    private static ulong Head(byte[] key) => BinaryPrimitives.ReadUInt64LittleEndian(key);
}
