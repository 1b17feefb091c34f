using System.IO.Compression;
using System.Text;
using CsCheck;
using Leeway.Ledger;
using Microsoft.ML.Tokenizers;

namespace Leeway.Tests.Economics;

public sealed class TokenEstimatorTests
{
    private static readonly TiktokenTokenizer s_exact = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Theory]
    [InlineData("The invoice you sent us on Monday doesn't match our order, and I'd like to know who should correct it before the quarter ends.", 0.15)]
    [InlineData("{\"role\": \"user\", \"content\": \"Summarise the attached report in 3 bullet points.\", \"temperature\": 0.7, \"max_tokens\": 1024}", 0.20)]
    [InlineData("public static int Sum(ReadOnlySpan<int> values)\n{\n    int total = 0;\n    foreach (int value in values)\n    {\n        total += value;\n    }\n\n    return total;\n}\n", 0.20)]
    [InlineData("我们的客户希望在明天早上之前收到这份报告的摘要,所以请把最重要的数字放在第一页。", 0.25)]
    [InlineData("お客様は明日の朝までにこの報告書の要約を受け取りたいと考えています。", 0.25)]
    [InlineData("고객은 내일 아침까지 이 보고서의 요약을 받기를 원합니다.", 0.30)]
    [InlineData("Клиент хочет получить краткое изложение этого отчёта до завтрашнего утра.", 0.30)]
    [InlineData("Le client souhaite recevoir le résumé de ce rapport avant demain matin, même si les chiffres définitifs arrivent plus tard.", 0.20)]
    public void An_estimate_is_near_the_exact_count(string text, double tolerance)
    {
        int exact = s_exact.CountTokens(text);
        Assert.InRange(TokenEstimator.Estimate(Encoding.UTF8.GetBytes(text)), exact * (1 - tolerance), exact * (1 + tolerance));
    }

    [Fact]
    public void Nothing_has_no_tokens_and_anything_has_one()
    {
        Assert.Equal(0, TokenEstimator.Estimate([]));
        Assert.Equal(1, TokenEstimator.Estimate(" "u8));
        Assert.Equal(1, TokenEstimator.Estimate("\n"u8));
    }

    [Fact]
    public void A_word_costs_the_same_wherever_it_stands()
    {
        // Words are found in steps of sixteen bytes, and one by one at the end of the text.
        foreach (string word in (ReadOnlySpan<string>)["a", "word", "straße", "internationalization", "pneumonoultramicroscopicsilicovolcanoconiosis"])
        {
            int alone = TokenEstimator.Estimate(Encoding.UTF8.GetBytes(word));
            for (int behind = 0; behind < 40; behind++)
            {
                byte[] text = Encoding.UTF8.GetBytes(word + new string('\n', behind));
                Assert.Equal(alone + (behind > 0 ? 1 : 0), TokenEstimator.Estimate(text));
            }
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_counted_within_bounds() =>
        Gen.Byte.Array[1, 300].Sample(bytes => TokenEstimator.Estimate(bytes) is int n && n >= 1 && n <= (bytes.Length * 2) + 1);

    [Theory]
    [InlineData("frugalgpt-headlines/train.csv")]
    [InlineData("qmsum/val.jsonl.gz")]
    public void Ninety_five_of_a_hundred_public_documents_are_within_fifteen_percent(string file)
    {
        string path = PublicData(file);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent.");
        string text = Read(path);
        List<double> errors = [];
        for (int i = 0; i + 4000 <= text.Length && errors.Count < 300; i += 4000)
        {
            string document = text.Substring(i, 4000);
            int exact = s_exact.CountTokens(document);
            errors.Add(Math.Abs(TokenEstimator.Estimate(Encoding.UTF8.GetBytes(document)) - exact) / (double)exact);
        }

        errors.Sort();
        Assert.True(errors.Count >= 50);
        Assert.InRange(errors[(int)(errors.Count * 0.95)], 0, 0.15);
    }

    private static string Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return reader.ReadToEnd();
    }

    private static string PublicData(string file)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Leeway.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        return Path.Combine(root ?? ".", "..", "shared", "data", file);
    }
}
