using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Leeway.Gateway.Access;

/// <summary>All keys at one moment, by id and by the hash of their secrets. Never changed: a change makes a new book.</summary>
internal sealed class KeyBook
{
    private readonly FrozenDictionary<KeyId, VirtualKey> _keys;
    private readonly FrozenDictionary<Digest, Holder> _holders;

    /// <param name="keys">All keys.</param>
    /// <param name="uses">When each was last used, which outlives the book.</param>
    public KeyBook(IReadOnlyCollection<VirtualKey> keys, Func<KeyId, LastUse> uses)
    {
        HasBudgets = keys.Any(static key => key.Budget is not null);
        _keys = keys.ToFrozenDictionary(key => key.Id);
        _holders = keys.SelectMany(key => Holders(key, uses(key.Id))).ToFrozenDictionary(holder => Digest.Of(holder.Secret.Hash.Span));
    }

    /// <summary>Whether there is any key, also expired or revoked ones: revoking the last one must not open the gateway.</summary>
    public bool Any => _keys.Count > 0;

    /// <summary>Whether any of them has a budget.</summary>
    public bool HasBudgets { get; }

    /// <summary>How many.</summary>
    public int Count => _keys.Count;

    /// <summary>All of them, newest first.</summary>
    public IEnumerable<VirtualKey> Newest => _keys.Values.OrderByDescending(key => key.Id);

    /// <summary>A key, or null.</summary>
    public VirtualKey? Find(KeyId id) => _keys.GetValueOrDefault(id);

    /// <summary>Who holds the secret with this hash, or null.</summary>
    public Holder? Find(ReadOnlySpan<byte> hash) =>

        // Finding takes time that depends on the hash, not on the secret; whether it is the one takes the same time for all.
        _holders.TryGetValue(Digest.Of(hash), out Holder? holder) && CryptographicOperations.FixedTimeEquals(holder.Secret.Hash.Span, hash) ? holder : null;

    private static IEnumerable<Holder> Holders(VirtualKey key, LastUse use)
    {
        var principal = new Principal(key.Id.ToString(), key.Team, key);
        yield return new Holder(principal, key, key.Secret, null, use);
        if (key.Earlier is { } earlier)
        {
            yield return new Holder(principal, key, earlier.Secret, earlier.Until, use);
        }
    }

    private readonly record struct Digest(Int128 High, Int128 Low)
    {
        public static Digest Of(ReadOnlySpan<byte> hash) =>
            new(BinaryPrimitives.ReadInt128LittleEndian(hash), BinaryPrimitives.ReadInt128LittleEndian(hash[16..]));
    }
}
