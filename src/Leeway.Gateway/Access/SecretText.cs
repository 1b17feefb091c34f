using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Leeway.Gateway.Access;

/// <summary>The text of a virtual key: <c>lwk_</c> and 32 random bytes in base64url, 47 characters.</summary>
internal static class SecretText
{
    public const string Prefix = "lwk_";

    private const int RandomBytes = 32;
    private const int Length = 47;
    private const int Shown = 4;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A new one.</summary>
    public static string New(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        random.Fill(bytes);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether <paramref name="text"/> has the form of a key. What has not is refused unhashed, however long it is.</summary>
    public static bool HasForm(ReadOnlySpan<char> text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[Prefix.Length..].IndexOfAnyExcept(s_letters) < 0;

    /// <summary>SHA-256 of the whole text, which must have the form.</summary>
    public static void Hash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        Span<byte> ascii = stackalloc byte[Length];
        Encoding.ASCII.GetBytes(text, ascii);
        SHA256.HashData(ascii, hash);
    }

    /// <summary>What is kept of it.</summary>
    public static KeySecret Keep(string text)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        Hash(text, hash);
        return new KeySecret(hash, $"{text[..(Prefix.Length + Shown)]}…{text[^Shown..]}");
    }
}
