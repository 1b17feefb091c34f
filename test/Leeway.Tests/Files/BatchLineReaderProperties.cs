using System.Text;
using CsCheck;
using Leeway.Files;

namespace Leeway.Tests.Files;

/// <summary>The short way past long strings finds what the JSON reader finds on the whole line.</summary>
public sealed class BatchLineReaderProperties
{
    private static readonly string[] s_pieces =
    [
        "a long run of plain words that is worth leaving out ", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "é", "😀", "{\\\"x\\\":[1,2]}", "\\/",
    ];

    private static readonly string[] s_broken = ["\"", "\\", "\\x", "\\u12", "\u0001", "\t", "}", "]", ",", ":", "\r", "1e", "tru"];

    private static readonly Gen<string> s_text = Gen.Int[0, s_pieces.Length - 1].Select(i => s_pieces[i]).Array[1, 60].Select(string.Concat);

    [Fact]
    public void Good_lines_read_the_same() => Gen.Select(s_text, s_text, s_text).Sample((id, first, second) =>
    {
        byte[] line = Line(id, first, second);
        bool isGood = BatchLineReader.TryReadWhole(line, 64, out BatchLine whole, out LineProblem? problem);

        return BatchLineReader.TryRead(line, 64, out BatchLine read, out LineProblem? told) == isGood && read == whole && told == problem
            && (!isGood || Encoding.UTF8.GetString(line.AsSpan(read.Body.Start, read.Body.Length)).EndsWith("\"n\":1}", StringComparison.Ordinal));
    });

    [Fact]
    public void Broken_lines_are_told_the_same() => Gen.Select(s_text, s_text, Gen.Int[0, s_broken.Length - 1].Select(i => s_broken[i]), Gen.Double[0, 1]).Sample((first, second, broken, place) =>
    {
        string text = Encoding.UTF8.GetString(Line("a", first, second));
        int at = (int)(place * text.Length);
        byte[] line = Encoding.UTF8.GetBytes(text.Insert(at, broken));
        bool isGood = BatchLineReader.TryReadWhole(line, 64, out BatchLine whole, out LineProblem? problem);

        return BatchLineReader.TryRead(line, 64, out BatchLine read, out LineProblem? told) == isGood && read == whole && told == problem;
    });

    [Theory]
    [InlineData("custom_id")]
    [InlineData("method")]
    [InlineData("url")]
    [InlineData("model")]
    public void A_long_value_that_is_looked_at_is_looked_at(string member)
    {
        byte[] line = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Line("a", "x", "y"))
            .Replace($"\"{member}\":\"", $"\"{member}\":\"{new string('z', 600)}", StringComparison.Ordinal));
        bool isGood = BatchLineReader.TryReadWhole(line, 64, out BatchLine whole, out LineProblem? problem);

        Assert.Equal(isGood, BatchLineReader.TryRead(line, 64, out BatchLine read, out LineProblem? told));
        Assert.Equal((whole, problem), (read, told));
        Assert.Equal(member == "model", isGood);
    }

    private static byte[] Line(string id, string first, string second) => Encoding.UTF8.GetBytes(
        $$$"""{"custom_id":"{{{id}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"system","content":"{{{first}}}"},{"role":"user","content":"{{{second}}}"},{"{{{first}}}":1}],"n":1}}""");
}
