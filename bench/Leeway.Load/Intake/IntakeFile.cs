using System.Globalization;
using System.Text;

namespace Leeway.Load.Intake;

/// <summary>A batch file of 50,000 lines of 4 KB: prose of random words, with the line breaks and quotes that prompts have.</summary>
internal static class IntakeFile
{
    public const int Lines = 50_000;

    private const int ContentBytes = 3850;

    private static readonly string[] s_words =
    [
        "the", "of", "invoice", "customer", "and", "shipment", "was", "delayed", "because", "a", "carrier", "to", "refund", "policy", "in", "order", "says", "that", "product",
        "returned", "is", "damaged", "report", "for", "quarter", "revenue", "grew", "by", "percent", "while", "costs", "it", "remained", "flat", "with", "support", "team", "on",
    ];

    public static void Write(string path)
    {
        var random = new SeededRandomSource(20260301);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 20) { NewLine = "\n" };
        var text = new StringBuilder(ContentBytes + 64);
        Span<byte> dice = stackalloc byte[2];
        for (int line = 0; line < Lines; line++)
        {
            text.Clear();
            while (text.Length < ContentBytes)
            {
                random.Fill(dice);
                string word = s_words[dice[0] % s_words.Length];
                text.Append(dice[1] switch
                {
                    < 2 => $"\\\"{word}\\\"",
                    < 5 => word + ".\\n",
                    < 20 => word + ".",
                    _ => word,
                }).Append(' ');
            }

            file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"custom_id":"ticket-{{{line:000000}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Classify the ticket."},{"role":"user","content":"{{{text}}}"}],"max_tokens":64}}"""));
        }
    }
}
