using System.Text;
using Leeway.Adapters.Wire;

namespace Leeway.Tests.Adapters;

public sealed class BodyScanTests
{
    [Fact]
    public void Everything_a_gateway_decides_by_is_found()
    {
        const string body = """
            {
              "messages": [{"role": "user", "content": "model\": \"x"}],
              "model": "gpt-4o", "stream": true, "stream_options": {"include_obfuscation": false, "include_usage": true},
              "max_tokens": 7, "max_completion_tokens": 9, "n": 3, "service_tier": "flex", "background": true,
              "metadata": {"leeway_deadline": "6h", "a": {"leeway_priority": "no"}, "leeway_priority": "low"},
              "input": ["a", "b", "c"]
            }
            """;

        OpenAIBodyScan scan = Scan(body);

        Assert.Equal("gpt-4o", scan.Model);
        Assert.Equal("\"gpt-4o\"", Slice(body, scan.Shape.Model));
        Assert.Equal("\"stream\": true", Slice(body, scan.Shape.StreamMember));
        Assert.Equal("\"stream_options\": {\"include_obfuscation\": false, \"include_usage\": true}", Slice(body, scan.Shape.StreamOptionsMember));
        Assert.StartsWith("{\"leeway_deadline\"", Slice(body, scan.Metadata));
        Assert.EndsWith("\"low\"}", Slice(body, scan.Metadata));
        Assert.True(scan.Shape.Stream && scan.Shape.IncludesUsage && scan.Background);
        Assert.Equal((9L, 3, "flex", "6h", "low", 3), (scan.MaxOutputTokens, scan.Choices, scan.ServiceTier, scan.LeewayDeadline, scan.LeewayPriority, scan.InputCount));
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        OpenAIBodyScan scan = Scan("""{"model":"m"}""");

        Assert.Equal(new BodyShape { Model = new ByteRange(9, 3) }, scan.Shape);
        Assert.Equal((null, 1, null, null, null, 0, 0), (scan.MaxOutputTokens, scan.Choices, scan.ServiceTier, scan.LeewayDeadline, scan.LeewayPriority, scan.InputCount, scan.Metadata.Length));
    }

    [Theory]
    [InlineData("\"text\"", 1)]
    [InlineData("[\"a\",\"b\"]", 2)]
    [InlineData("[1,2,3]", 1)]
    [InlineData("[[1,2],[3]]", 2)]
    [InlineData("[]", 0)]
    [InlineData("null", 0)]
    public void Inputs_are_counted(string input, int count) => Assert.Equal(count, Scan($$"""{"model":"m","input":{{input}}}""").InputCount);

    [Theory]
    [InlineData("""{"mod\u0065l":"gpt\u002d4o"}""", "gpt-4o")]
    [InlineData("""{"model":"日本"}""", "日本")]
    [InlineData("""{"model":"\ud83d\ude00"}""", "😀")]
    public void Escapes_are_undone(string body, string model) => Assert.Equal(model, Scan(body).Model);

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"model":"m","tools":[{"type":"function"}]}""", """[{"type":"function"}]""", "", """[{"role":"user","content":"hi"}]""")]
    [InlineData("""{"model":"m","instructions":"be brief","input":"hi"}""", "", "\"be brief\"", "\"hi\"")]
    [InlineData("""{"model":"m","system":[{"text":"x"}],"messages":[]}""", "", """[{"text":"x"}]""", "[]")]
    [InlineData("""{"model":"m","prompt":"hi","metadata":{"messages":"no"}}""", "", "", "\"hi\"")]
    [InlineData("""{"model":"m"}""", "", "", "")]
    public void The_parts_of_the_prompt_are_found(string body, string tools, string instructions, string prompt)
    {
        OpenAIBodyScan scan = Scan(body);
        string Part(ByteRange range) => body.Substring(range.Start, range.Length);
        Assert.Equal((tools, instructions, prompt), (Part(scan.Tools), Part(scan.Instructions), Part(scan.Prompt)));
    }

    [Fact]
    public void The_same_model_is_the_same_string() =>
        Assert.Same(Scan("""{"model":"interned-model"}""").Model, Scan("""{"a":1,"model":"interned-model"}""").Model);

    [Theory]
    [InlineData("", BodyProblemKind.Syntax, null, 1, 1)]
    [InlineData("[]", BodyProblemKind.NotAnObject, null, 1, 1)]
    [InlineData("  \"x\"", BodyProblemKind.NotAnObject, null, 1, 3)]
    [InlineData("{}", BodyProblemKind.MissingModel, "model", 1, 1)]
    [InlineData("""{"model":""}""", BodyProblemKind.MissingModel, "model", 1, 10)]
    [InlineData("""{"model":7}""", BodyProblemKind.WrongType, "model", 1, 10)]
    [InlineData("""{"model":null}""", BodyProblemKind.WrongType, "model", 1, 10)]
    [InlineData("""{"model":"\ud800"}""", BodyProblemKind.WrongType, "model", 1, 10)]
    [InlineData("""{"model":"m","metadata":{"leeway_deadline":6}}""", BodyProblemKind.WrongType, "metadata.leeway_deadline", 1, 44)]
    [InlineData("{\"model\":\"m\"} x", BodyProblemKind.Syntax, null, 1, 15)]
    [InlineData("{\"model\":\"m\"}{}", BodyProblemKind.Syntax, null, 1, 14)]
    [InlineData("{\n \"é\": 1,\n \"é\" 2}", BodyProblemKind.Syntax, null, 3, 6)]
    [InlineData("{\"model\":\"m\",}", BodyProblemKind.Syntax, null, 1, 14)]
    [InlineData("{\"model\":\"m\"", BodyProblemKind.Syntax, null, 1, 13)]
    [InlineData("{\"model\":\"a\nb\"}", BodyProblemKind.Syntax, null, 1, 12)]
    [InlineData("{\"\\ud800\":1,\"model\":\"m\"}", BodyProblemKind.Syntax, null, 1, 2)]
    [InlineData("\uFEFF{\"model\":\"m\"}", BodyProblemKind.Encoding, null, 1, 1)]
    [InlineData("""{"model":"m","a":1,"model":"x"}""", BodyProblemKind.DuplicateMember, "model", 1, 20)]
    [InlineData("""{"model":"m","a":1,"mod\u0065l":"x"}""", BodyProblemKind.DuplicateMember, "model", 1, 20)]
    [InlineData("""{"mod\u0065l":"m","a":1,"model":"x"}""", BodyProblemKind.DuplicateMember, "model", 1, 25)]
    [InlineData("""{"model":"m","zz":1,"zz":2}""", BodyProblemKind.DuplicateMember, "zz", 1, 21)]
    [InlineData("""{"model":"m","zz":1,"zz":2,}""", BodyProblemKind.Syntax, null, 1, 28)]
    public void A_problem_says_what_and_where(string body, BodyProblemKind kind, string? member, int line, int column)
    {
        BodyProblem problem = Problem(Encoding.UTF8.GetBytes(body));

        Assert.Equal((kind, member, line, column), (problem.Kind, problem.Member, problem.Line, problem.Column));
        Assert.NotEmpty(problem.Message);
    }

    [Theory]
    [InlineData("api_base")]
    [InlineData("base_url")]
    [InlineData("api_key")]
    [InlineData("api_version")]
    [InlineData("headers")]
    [InlineData("extra_headers")]
    [InlineData("organization")]
    [InlineData("extra_body")]
    [InlineData("extra_query")]
    [InlineData("api\\u005fbase")]
    public void A_body_cannot_choose_where_it_goes(string member)
    {
        string body = $$"""{"{{member}}":"x","model":"m"}""";

        BodyProblem problem = Problem(Encoding.UTF8.GetBytes(body));

        Assert.Equal((BodyProblemKind.ForbiddenMember, member.Replace("\\u005f", "_")), (problem.Kind, problem.Member));
        Assert.Equal("m", Scan("{\"model\":\"m\",\"metadata\":{\"" + member + "\":\"x\"}}").Model);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_pointed_at()
    {
        byte[] body = [.. "{\"model\":\"m\",\n\"a\":\"é"u8, 0xC3, (byte)'"', (byte)'}'];

        BodyProblem problem = Problem(body);

        Assert.Equal((BodyProblemKind.Encoding, 2, 7), (problem.Kind, problem.Line, problem.Column));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void Depth_is_limited(int arrays, bool fits)
    {
        byte[] body = Encoding.UTF8.GetBytes("{\"model\":\"m\",\"a\":" + new string('[', arrays) + new string(']', arrays) + "}");

        Assert.Equal(fits, OpenAIBody.TryScan(body, out _, out BodyProblem problem));
        Assert.Equal(fits ? default : BodyProblemKind.TooDeep, problem.Kind);
        Assert.True(arrays > 64 || OpenAIBody.TryScan(body, out _, out _, maxDepth: 65));
    }

    [Fact]
    public void Many_members_cost_linear_time_and_are_still_compared()
    {
        var body = new StringBuilder("{\"model\":\"m\"");
        for (int i = 0; i < 200_000; i++)
        {
            body.Append(",\"k").Append(i).Append("\":0");
        }

        Assert.True(OpenAIBody.TryScan(Encoding.UTF8.GetBytes(body + "}"), out _, out _));
        Assert.Equal("k77", Problem(Encoding.UTF8.GetBytes(body + ",\"k77\":1}")).Member);
        Assert.Equal("k3", Problem(Encoding.UTF8.GetBytes(body + ",\"k\\u0033\":1}")).Member);
    }

    [Fact]
    public void A_known_model_is_scanned_without_allocation()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"model":"alloc-model","messages":[{"role":"user","content":"hello"}],"stream":true,"max_tokens":5,"temperature":0.2}""");
        OpenAIBody.TryScan(body, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        OpenAIBody.TryScan(body, out _, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_JSON_test_suite_agrees()
    {
        string? suite = SuiteFolder();
        Assert.SkipUnless(suite is not null, "The JSON test suite is not here.");
        int refused = 0, accepted = 0;
        foreach (string file in Directory.EnumerateFiles(suite!, "*.json"))
        {
            string name = Path.GetFileName(file);
            byte[] bytes = File.ReadAllBytes(file);
            bool ok = OpenAIBody.TryScan(bytes, out _, out BodyProblem problem);
            bool isJson = ok || problem.Kind is not (BodyProblemKind.Syntax or BodyProblemKind.Encoding or BodyProblemKind.TooDeep);
            if (name.StartsWith("n_", StringComparison.Ordinal))
            {
                Assert.False(isJson, name);
                refused++;
            }
            else if (name.StartsWith("y_", StringComparison.Ordinal))
            {
                Assert.True(isJson, $"{name}: {problem.Message}");
                accepted++;
                AssertScansAsMember(bytes, name);
            }
        }

        Assert.True(refused > 100 && accepted > 50);
    }

    /// <summary>Any valid value may stand in a member that is none of ours.</summary>
    private static void AssertScansAsMember(byte[] value, string name)
    {
        byte[] body = [.. "{\"model\":\"m\",\"other\":"u8, .. value, (byte)'}'];
        Assert.True(OpenAIBody.TryScan(body, out _, out BodyProblem problem), $"{name}: {problem.Message}");
    }

    private static string? SuiteFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "..", "shared", "data", "json-test-suite", "test_parsing");
            if (File.Exists(Path.Combine(folder.FullName, "Leeway.slnx")))
            {
                return Directory.Exists(candidate) ? candidate : null;
            }
        }

        return null;
    }

    private static OpenAIBodyScan Scan(string body)
    {
        Assert.True(OpenAIBody.TryScan(Encoding.UTF8.GetBytes(body), out OpenAIBodyScan scan, out BodyProblem problem), problem.Message);
        return scan;
    }

    private static BodyProblem Problem(byte[] body)
    {
        Assert.False(OpenAIBody.TryScan(body, out _, out BodyProblem problem));
        return problem;
    }

    private static string Slice(string body, ByteRange range) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(body), range.Start, range.Length);
}
