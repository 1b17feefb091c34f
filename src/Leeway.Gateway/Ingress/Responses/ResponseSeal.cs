using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>
/// Ids of responses that a provider keeps and we do not: where it is kept and under which id, sealed for one team. Nothing is stored for them,
/// nobody can read or make one up, and another team's cannot be opened. The same response always gets the same id, on every node.
/// </summary>
internal sealed class ResponseSeal(IResponseStore store, IRandomSource random)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int LongestId = 2048;

    private Keys? _keys;

    /// <summary>The id for clients of <paramref name="team"/>.</summary>
    public async ValueTask<string> SealAsync(string team, string provider, string id, CancellationToken cancellationToken)
    {
        Keys keys = _keys ??= await LoadAsync(cancellationToken);
        byte[] owner = Encoding.UTF8.GetBytes(team);
        byte[] text = Encoding.UTF8.GetBytes($"{provider}\n{id}");
        byte[] sealedText = new byte[NonceBytes + TagBytes + text.Length];

        // The nonce comes from what is sealed, so it repeats only where all of it does.
        Span<byte> nonce = sealedText.AsSpan(0, NonceBytes);
        byte[] named = [.. BitConverter.GetBytes(owner.Length), .. owner, .. text];
        HMACSHA256.HashData(keys.Nonce, named).AsSpan(0, NonceBytes).CopyTo(nonce);
        using var cipher = new AesGcm(keys.Cipher, TagBytes);
        cipher.Encrypt(nonce, text, sealedText.AsSpan(NonceBytes + TagBytes), sealedText.AsSpan(NonceBytes, TagBytes), owner);
        return ResponseId.Prefix + Base64Url.EncodeToString(sealedText);
    }

    /// <summary>The provider's name and id behind an id of <paramref name="team"/>; null for anything else.</summary>
    public async ValueTask<(string Provider, string Id)?> OpenAsync(string team, string text, CancellationToken cancellationToken)
    {
        if (text.Length is <= 32 or > LongestId || !text.StartsWith(ResponseId.Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        // Decoding throws at letters of another alphabet.
        ReadOnlySpan<char> letters = text.AsSpan(ResponseId.Prefix.Length);
        byte[] sealedText = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.IsValid(letters) || !Base64Url.TryDecodeFromChars(letters, sealedText, out int length) || length < NonceBytes + TagBytes)
        {
            return null;
        }

        Keys keys = _keys ??= await LoadAsync(cancellationToken);
        byte[] opened = new byte[length - NonceBytes - TagBytes];
        try
        {
            using var cipher = new AesGcm(keys.Cipher, TagBytes);
            cipher.Decrypt(
                sealedText.AsSpan(0, NonceBytes), sealedText.AsSpan(NonceBytes + TagBytes, opened.Length), sealedText.AsSpan(NonceBytes, TagBytes), opened, Encoding.UTF8.GetBytes(team));
        }
        catch (CryptographicException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(opened).Split('\n', 2) is [var provider, var id] ? (provider, id) : null;
    }

    private async Task<Keys> LoadAsync(CancellationToken cancellationToken)
    {
        byte[] candidate = new byte[32];
        random.Fill(candidate);
        byte[] secret = await store.SealingKeyAsync(candidate, cancellationToken);
        return new Keys(Derive(secret, "cipher"u8), Derive(secret, "nonce"u8));
    }

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose) => HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, purpose.ToArray());

    private sealed record Keys(byte[] Cipher, byte[] Nonce);
}
