using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// The attach keys of requests that an earlier process accepted, each with its newest request: they never grow more, and are read once, when
/// the first call asks. Eight bytes of each key are kept, so that a match is only where to look.
/// </summary>
internal sealed class EarlierKeys(IRequestStore requests, DateTimeOffset since)
{
    private readonly Lock _lock = new();
    private Task<ConcurrentDictionary<ulong, RequestId>>? _loading;

    /// <summary>The request that may have this key, or null when none has.</summary>
    public async ValueTask<RequestId?> FindAsync(byte[] key, CancellationToken cancellationToken)
    {
        Task<ConcurrentDictionary<ulong, RequestId>> loading = Load();
        ConcurrentDictionary<ulong, RequestId> keys = loading.IsCompletedSuccessfully ? loading.Result : await loading.WaitAsync(cancellationToken);
        return keys.TryGetValue(Head(key), out RequestId id) ? id : null;
    }

    /// <summary>From now on the newest request with this key is one of this process.</summary>
    public void Forget(byte[] key)
    {
        if (_loading is { IsCompletedSuccessfully: true } loaded)
        {
            loaded.Result.TryRemove(Head(key), out _);
        }
    }

    // Not bound to the call that comes first; a failed reading is begun anew.
    private Task<ConcurrentDictionary<ulong, RequestId>> Load()
    {
        lock (_lock)
        {
            return _loading is null or { IsFaulted: true } ? _loading = ReadAsync() : _loading;
        }
    }

    private async Task<ConcurrentDictionary<ulong, RequestId>> ReadAsync()
    {
        var keys = new ConcurrentDictionary<ulong, RequestId>();
        await foreach ((RequestId id, byte[] key) in requests.LoadAttachKeysAsync(since, CancellationToken.None))
        {
            keys[Head(key)] = id;
        }

        return keys;
    }

    private static ulong Head(byte[] key) => BinaryPrimitives.ReadUInt64LittleEndian(key);
}
