using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Leeway.Ledger;

/// <summary>
/// Guesses how many tokens a text has, without a vocabulary: one walk over bytes by class, following the way byte-pair tokenizers first
/// cut a text into words, digits, punctuation and white space. For limits, sealing and reservations; money is settled with the
/// provider's own count.
/// </summary>
/// <remarks>The figures are averages of o200k_base by class of byte. Pretokenization is the same in kind for other vendors.</remarks>
public static class TokenEstimator
{
    // Costs are in 1/64 of a token.
    private const int Token = 64;

    // From this first byte on, two bytes are a letter of another script than Latin.
    private const byte FirstScript = 0xC6;

    private enum Class : byte
    {
        Lower,
        Upper,
        Digit,
        Space,
        Break,
        Mark,
        Script,
        Wide,
    }

    private static readonly Class[] s_classes = BuildClasses();
    private static readonly byte[] s_wideCosts = BuildWideCosts();

    // By length in letters: short words are one token, longer ones are cut more and more often.
    private static readonly int[] s_wordCosts = [0, 64, 64, 65, 65, 65, 66, 67, 68, 69, 72, 76, 80, 86, 94, 104, 120];

    // By length: capitals are rarer in training texts and are cut sooner.
    private static readonly int[] s_capsCosts = [0, 64, 65, 79, 105, 117, 127, 135, 150];

    // Common pairs and triples are one token; longer runs are rarely known as a whole.
    private static readonly int[] s_markCosts = [0, 64, 65, 82, 120, 136, 170, 190, 210];

    /// <summary>Estimated tokens; 0 for nothing, at least 1 else.</summary>
    public static int Estimate(ReadOnlySpan<byte> utf8)
    {
        Class[] classes = s_classes;
        long cost = 0;
        int i = 0;
        while (i < utf8.Length)
        {
            int start = i;
            switch (classes[utf8[i]])
            {
                case Class.Lower:
                    i = EndOfLower(utf8, i, classes);
                    cost += WordCost(i - start);
                    i = EndOfContraction(utf8, i, classes);
                    break;
                case Class.Upper:
                    i = EndOf(Class.Upper, utf8, i, classes);
                    int end = EndOfLower(utf8, i, classes);
                    // The last capital before small letters begins their word: HTTPServer is HTTP and Server.
                    int head = end > i ? 1 : 0;
                    cost += CapsCost(i - start - head) + WordCost(end - i + head);
                    i = EndOfContraction(utf8, end, classes);
                    break;
                case Class.Digit:
                    i = EndOf(Class.Digit, utf8, i, classes);
                    cost += (i - start + 2) / 3 * Token;
                    break;
                case Class.Space:
                    i = EndOf(Class.Space, utf8, i, classes);
                    cost += SpaceCost(i - start, i < utf8.Length ? classes[utf8[i]] : Class.Space);
                    break;
                case Class.Break:
                    i = EndOf(Class.Break, utf8, i, classes);
                    cost += Token;
                    break;
                case Class.Mark:
                    i = EndOf(Class.Mark, utf8, i, classes);
                    cost += MarkCost(i - start, i < utf8.Length ? classes[utf8[i]] : Class.Space);
                    // A line break joins the punctuation before it.
                    i = EndOf(Class.Break, utf8, i, classes);
                    break;
                case Class.Script:
                    while (i < utf8.Length && classes[utf8[i]] == Class.Script)
                    {
                        i += 2;
                    }

                    cost += 34 + ((i - start) / 2 * 13);
                    break;
                default:
                    cost += s_wideCosts[utf8[i]];
                    i += utf8[i] < 0xF0 ? 3 : 4;
                    break;
            }
        }

        return utf8.IsEmpty ? 0 : (int)Math.Clamp((cost + (Token / 2)) / Token, 1, int.MaxValue);
    }

    private static int EndOf(Class wanted, ReadOnlySpan<byte> utf8, int from, Class[] classes)
    {
        while (from < utf8.Length && classes[utf8[from]] == wanted)
        {
            from++;
        }

        return from;
    }

    // Most of a text is words: a look at sixteen bytes costs less than guessing wrongly at each word's end.
    private static int EndOfLower(ReadOnlySpan<byte> utf8, int from, Class[] classes)
    {
        ref byte text = ref MemoryMarshal.GetReference(utf8);
        while (from <= utf8.Length - Vector128<byte>.Count)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref text, (nuint)from);
            Vector128<byte> lower = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'a'), Vector128.Create((byte)('z' - 'a')))
                | Vector128.LessThan(bytes - Vector128.Create((byte)0x80), Vector128.Create((byte)(FirstScript - 0x80)));
            uint others = ~lower.ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0)
            {
                return from + BitOperations.TrailingZeroCount(others);
            }

            from += Vector128<byte>.Count;
        }

        return EndOf(Class.Lower, utf8, from, classes);
    }

    /// <summary>Behind a word, past <c>'s</c>, <c>'t</c>, <c>'ll</c> and their like, which mostly are part of the word's token.</summary>
    private static int EndOfContraction(ReadOnlySpan<byte> utf8, int from, Class[] classes)
    {
        if (from + 1 >= utf8.Length || utf8[from] != (byte)'\'')
        {
            return from;
        }

        int end = EndOf(Class.Lower, utf8, from + 1, classes);
        return end - from is 2 or 3 ? end : from;
    }

    private static int WordCost(int letters) => letters < s_wordCosts.Length ? s_wordCosts[letters] : s_wordCosts[^1] + ((letters - s_wordCosts.Length + 1) * 16);

    private static int CapsCost(int letters) => letters < s_capsCosts.Length ? s_capsCosts[letters] : s_capsCosts[^1] + ((letters - s_capsCosts.Length + 1) * 22);

    // One space belongs to the word or mark behind it, but never to digits; what is before it is one token.
    private static int SpaceCost(int spaces, Class next) => next switch
    {
        Class.Digit => spaces > 1 ? 2 * Token : Token,
        Class.Break => 0,
        _ => spaces > 1 ? Token : 0,
    };

    // A single mark often is one token with the letters behind it: .Length, _id, -end.
    private static int MarkCost(int marks, Class next) =>
        marks == 1 && next is Class.Lower or Class.Upper ? 48
        : marks < s_markCosts.Length ? s_markCosts[marks] : s_markCosts[^1] + ((marks - s_markCosts.Length + 1) * 38);

    private static Class[] BuildClasses()
    {
        var classes = new Class[256];
        for (int b = 0; b < classes.Length; b++)
        {
            classes[b] = b switch
            {
                >= 'a' and <= 'z' => Class.Lower,
                >= 'A' and <= 'Z' => Class.Upper,
                >= '0' and <= '9' => Class.Digit,
                ' ' or '\t' => Class.Space,
                '\n' or '\r' => Class.Break,
                < 0x80 => Class.Mark,
                // Accented Latin, and the second bytes of it: every other script's second bytes are skipped with their first.
                < FirstScript => Class.Lower,
                < 0xE0 => Class.Script,
                _ => Class.Wide,
            };
        }

        return classes;
    }

    /// <summary>Per character of three or four bytes, by its first byte, which tells the script.</summary>
    private static byte[] BuildWideCosts()
    {
        var costs = new byte[256];
        for (int b = 0xE0; b < costs.Length; b++)
        {
            costs[b] = b switch
            {
                // Indic and Thai, then other scripts of three bytes.
                0xE0 => 24,
                0xE1 => 40,
                // Typographic punctuation and symbols.
                0xE2 => 56,
                // Kana, Han, Hangul.
                0xE3 => 44,
                <= 0xE9 => 50,
                <= 0xED => 44,
                // Full-width forms.
                < 0xF0 => 56,
                // Emoji and rare Han.
                _ => 96,
            };
        }

        return costs;
    }
}
