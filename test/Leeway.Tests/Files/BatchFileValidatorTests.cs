using System.Text;
using CsCheck;
using Leeway.Files;

namespace Leeway.Tests.Files;

public sealed class BatchFileValidatorTests
{
    private const string Body = """{"model":"gpt-4o","messages":[]}""";

    [Theory]
    [InlineData("", LineProblemCodes.EmptyFile)]
    [InlineData("\n", LineProblemCodes.EmptyFile)]
    [InlineData("\r\n \t\r\n", LineProblemCodes.EmptyFile)]
    [InlineData("\uFEFF", LineProblemCodes.EmptyFile)]
    public void A_file_without_a_line_is_refused(string text, string code) => Assert.Equal(code, Assert.Single(Check(text).Problems).Code);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0x00, 0x0A, 0x00 }, "UTF-16")]
    [InlineData(new byte[] { 0x00, 0x7B, 0x00, 0x7D }, "UTF-16")]
    [InlineData(new byte[] { 0x1F, 0x8B, 0x08, 0x0A, 0x00, 0x0A }, "gzip")]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04, 0x0A, 0x0A }, "zip")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0x0A, 0x0A }, "zstd")]
    public void A_file_of_another_kind_is_named_once(byte[] bytes, string kind)
    {
        LineProblem problem = Assert.Single(Check(bytes).Problems);

        Assert.Equal((LineProblemCodes.InvalidEncoding, null), (problem.Code, problem.Line));
        Assert.Contains(kind, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_carriage_returns_empty_lines_and_a_missing_last_feed_do_no_harm()
    {
        BatchFileReport report = Check($"\uFEFF{Line("a")}\r\n\n  \n{Line("b")}");

        Assert.True(report.IsGood);
        Assert.Equal((2, 0), (report.Lines, report.BadLines));
    }

    [Fact]
    public void What_later_steps_need_is_told()
    {
        string text = $"{Line("a")}\n{Line("b", "/v1/embeddings", """{"model":"ada","input":"x"}""")}\n{Line("c")}\n";
        BatchFileReport report = Check(text);

        Assert.Equal(["/v1/chat/completions", "/v1/embeddings"], report.Endpoints);
        Assert.Equal(["gpt-4o", "ada"], report.Models);
        Assert.Equal(text.Length, report.Bytes);
        Assert.InRange(report.EstimatedInputTokens, 20, 60);
    }

    // The column is that of the member's value, of its name for members that must not be there, and of the object that lacks one.
    [Theory]
    [InlineData("7", LineProblemCodes.NotAnObject, 1)]
    [InlineData("null", LineProblemCodes.NotAnObject, 1)]
    [InlineData("[1]", LineProblemCodes.NotAnObject, 1)]
    [InlineData("\"x\"", LineProblemCodes.NotAnObject, 1)]
    [InlineData("{} {}", LineProblemCodes.InvalidJson, 4)]
    [InlineData("{\"custom_id\":\"é\",}", LineProblemCodes.InvalidJson, 18)]
    [InlineData("{\"a\":1e999}", LineProblemCodes.Missing, 1)]
    [InlineData("{\"a\":tru}", LineProblemCodes.InvalidJson, 9)]
    [InlineData("{\"custom_id\":7}", LineProblemCodes.InvalidValue, 14)]
    [InlineData("{\"custom_id\":\"\"}", LineProblemCodes.InvalidValue, 14)]
    [InlineData("{\"custom_id\":\"a\\u0000\"}", LineProblemCodes.InvalidValue, 14)]
    [InlineData("{\"custom_id\":\"\\ud800\"}", LineProblemCodes.InvalidValue, 14)]
    [InlineData("{\"custom_id\":\"a\",\"custom_id\":\"b\"}", LineProblemCodes.DuplicateMember, 18)]
    [InlineData("{\"custom_id\":\"a\",\"custom\\u005fid\":\"b\"}", LineProblemCodes.DuplicateMember, 18)]
    [InlineData("{\"custom_id\":\"a\",\"method\":\"DELETE\"}", LineProblemCodes.InvalidMethod, 27)]
    [InlineData("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"https://evil/\"}", LineProblemCodes.InvalidUrl, 40)]
    [InlineData("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/../admin/keys\"}", LineProblemCodes.InvalidUrl, 40)]
    [InlineData("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":null}", LineProblemCodes.InvalidUrl, 40)]
    [InlineData("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":\"{}\"}", LineProblemCodes.InvalidValue, 70)]
    public void A_bad_frame_is_told_at_its_column(string line, string code, int column) => AssertProblem(line, code, column);

    [Theory]
    [InlineData("{}", LineProblemCodes.Missing, 0)]
    [InlineData("{\"model\":\"\"}", LineProblemCodes.InvalidValue, 9)]
    [InlineData("{\"model\":5}", LineProblemCodes.InvalidValue, 9)]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}", LineProblemCodes.DuplicateMember, 13)]
    [InlineData("{\"model\":\"a\"}", LineProblemCodes.Missing, 0)]
    [InlineData("{\"model\":\"a\",\"messages\":{}}", LineProblemCodes.InvalidValue, 24)]
    [InlineData("{\"model\":\"a\",\"messages\":[],\"stream\":true}", LineProblemCodes.Streaming, 27)]
    [InlineData("{\"model\":\"a\",\"messages\":[],\"base_url\":\"https://evil\"}", LineProblemCodes.ForbiddenMember, 27)]
    [InlineData("{\"model\":\"a\",\"messages\":[],\"api\\u005fkey\":\"x\"}", LineProblemCodes.ForbiddenMember, 27)]
    [InlineData("{\"model\":\"a\",\"messages\":[],\"\\udc00\":1}", LineProblemCodes.InvalidValue, 27)]
    public void A_bad_body_is_told_at_its_column(string body, string code, int column)
    {
        const string Before = """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":""";
        LineProblem problem = AssertProblem($"{Before}{body}}}", code, Before.Length + column + 1);

        Assert.Equal("a", problem.CustomId);
    }

    [Theory]
    [InlineData("""{"model":"a","messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"model":"a","messages":[],"__proto__":{"x":1},"n":1e999,"stream":false}""")]
    [InlineData("""{"model":"a","messages":[],"metadata":{"a":1,"a":2}}""")]
    public void What_is_the_providers_business_passes(string body) => Assert.True(Check(Line("a", body: body)).IsGood);

    [Theory]
    [InlineData("/v1/embeddings", "body.input")]
    [InlineData("/v1/completions", "body.prompt")]
    public void Each_endpoint_needs_what_it_works_on(string url, string member) =>
        Assert.Equal((LineProblemCodes.Missing, member), (Assert.Single(Check(Line("a", url, """{"model":"m"}""")).Problems) is var problem ? (problem.Code, problem.Param) : default));

    [Fact]
    public void An_id_is_compared_without_its_escapes_and_the_earlier_line_is_named()
    {
        BatchFileReport report = Check($"{Line("a")}\n{Line("b")}\n{Line("c").Replace("\"c\"", "\"\\u0061\"", StringComparison.Ordinal)}\n{Line("a")}\n");

        Assert.Equal([(3, 14), (4, 14)], report.Problems.Select(problem => (problem.Line!.Value, problem.Column!.Value)));
        Assert.All(report.Problems, problem => Assert.Equal(LineProblemCodes.DuplicateCustomId, problem.Code));
        Assert.Contains("already on line 1", report.Problems[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("😀😀")]
    [InlineData("\u202Eabc\u202C")]
    [InlineData("a\tb\u0001")]
    [InlineData("../../etc/passwd")]
    public void Any_text_is_an_id(string id) => Assert.True(Check(Line(id)).IsGood);

    [Fact]
    public void An_id_of_a_megabyte_is_told_by_its_length() =>
        Assert.Contains("512 characters (got 900000)", AssertProblem(Line(new string('x', 900_000)), LineProblemCodes.InvalidValue, 14).Message, StringComparison.Ordinal);

    [Fact]
    public void Carriage_returns_alone_end_no_line() =>
        Assert.Contains("carriage return", Assert.Single(Check($"{Line("a")}\r{Line("b")}\r").Problems).Remedy, StringComparison.Ordinal);

    [Fact]
    public void Broken_text_is_told_where_it_breaks()
    {
        byte[] line = Encoding.UTF8.GetBytes(Line("aé"));
        line[15] = 0xFF;

        Assert.Equal((LineProblemCodes.InvalidEncoding, 16), Assert.Single(Check(line).Problems) is var problem ? (problem.Code, problem.Column!.Value) : default);
    }

    [Fact]
    public void Depth_is_that_of_the_body()
    {
        string Nested(int levels) => Line("a", body: $$"""{"model":"m","messages":{{new string('[', levels - 1)}}{{new string(']', levels - 1)}}}""");

        Assert.True(Check(Nested(64)).IsGood);
        Assert.Equal(LineProblemCodes.TooDeep, Assert.Single(Check(Nested(65)).Problems).Code);
        Assert.Equal(LineProblemCodes.TooDeep, Assert.Single(Check(Nested(10_000)).Problems).Code);
    }

    [Fact]
    public void Problems_are_told_up_to_a_hundred_and_counted_beyond()
    {
        BatchFileReport report = Check(string.Concat(Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? "{\n" : Line($"{i}") + "\n")));

        Assert.Equal((300, 150, 100), (report.Lines, report.BadLines, report.Problems.Count));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (i * 2) + 1), report.Problems.Select(problem => problem.Line!.Value));
    }

    [Fact]
    public void Lines_beyond_the_limit_are_counted_and_told_first()
    {
        var limits = new BatchFileLimits(3, 1000, 64);
        string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => Line($"{i}") + "\n"));

        Assert.True(Check(Lines(3), limits).IsGood);
        BatchFileReport report = Check(Lines(5) + "{", limits);
        Assert.Equal((6, 0, LineProblemCodes.TooManyLines), (report.Lines, report.BadLines, Assert.Single(report.Problems).Code));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(4096)]
    public void A_line_beyond_the_limit_is_passed_over_and_the_next_is_read(int block)
    {
        var limits = new BatchFileLimits(10, 200, 64);
        BatchFileReport report = Check(Encoding.UTF8.GetBytes($"{Line("a")}\n{Line(new string('x', 300))}\n{Line("b")}\n{new string('y', 5000)}"), limits, block);

        Assert.Equal([(2, LineProblemCodes.LineTooLong), (4, LineProblemCodes.LineTooLong)], report.Problems.Select(problem => (problem.Line!.Value, problem.Code)));
        Assert.Equal(4, report.Lines);
    }

    [Fact]
    public void Where_blocks_are_cut_changes_nothing()
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"\uFEFF{Line("ä")}\r\n{{\n\n{Line("b", body: $$"""{"model":"m","messages":["{{new string('ß', 400)}}"]}""")}\n{Line("ä")}");
        BatchFileReport whole = Check(bytes);
        Assert.Equal(2, whole.BadLines);

        Gen.Int[1, 64].Sample(block =>
        {
            BatchFileReport cut = Check(bytes, null, block);
            return cut.Problems.SequenceEqual(whole.Problems) && cut.Lines == whole.Lines && cut.EstimatedInputTokens == whole.EstimatedInputTokens;
        });
    }

    [Fact]
    public void Each_code_is_on_the_page()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Leeway.slnx")))
        {
            folder = folder.Parent;
        }

        string page = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "files.md"));
        Assert.All(LineProblemCodes.All, code => Assert.Contains($"| `{code}` |", page, StringComparison.Ordinal));
        Assert.Equal(
            typeof(LineProblemCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            LineProblemCodes.All.Order(StringComparer.Ordinal));
    }

    internal static string Line(string customId, string url = "/v1/chat/completions", string body = Body) =>
        $$"""{"custom_id":{{System.Text.Json.JsonSerializer.Serialize(customId)}},"method":"POST","url":"{{url}}","body":{{body}}}""";

    private static LineProblem AssertProblem(string line, string code, int column)
    {
        LineProblem problem = Assert.Single(Check($"{Line("good")}\n{line}\n").Problems);
        Assert.Equal((code, 2, column), (problem.Code, problem.Line!.Value, problem.Column!.Value));
        Assert.All([problem.Message, problem.Remedy], text => Assert.InRange(text.Length, 5, 300));
        return problem;
    }

    private static BatchFileReport Check(string text, BatchFileLimits? limits = null) => Check(Encoding.UTF8.GetBytes(text), limits);

    private static BatchFileReport Check(byte[] bytes, BatchFileLimits? limits = null, int block = int.MaxValue)
    {
        using var validator = new BatchFileValidator(limits ?? BatchFileLimits.Of(new LimitsConfig()));
        for (int offset = 0; offset < bytes.Length; offset += Math.Min(block, bytes.Length - offset))
        {
            validator.Feed(bytes.AsSpan(offset, Math.Min(block, bytes.Length - offset)));
        }

        return validator.Complete();
    }
}
