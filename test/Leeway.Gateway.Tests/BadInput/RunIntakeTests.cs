using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Bad lines among good ones in a run.</summary>
public sealed class RunIntakeTests
{
    private const string Run = "/leeway/runs/run_0123456789abcdef0123456789abcdef";

    /// <summary>Nothing is sealed while a test looks.</summary>
    private const string Patient = "priorities: { low: { deadline: 24h, seal: { requests: 10000 }, window: { from: \"02:00\", to: \"02:01\" } } }\n";

    private static readonly (string Line, string? Code, string? Field)[] s_lines =
    [
        (Good("a"), null, null),
        ("not json", "invalid_line", null),
        ("{\"custom_id\":\"b\"", "invalid_line", null),
        (Good("c") + " x", "invalid_line", null),
        (Good("d") + "{}", "invalid_line", null),
        ("5", "invalid_line", null),
        ("null", "invalid_line", null),
        ("[]", "invalid_line", null),
        ("\"text\"", "invalid_line", null),
        ("""{"method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini"}}""", "invalid_line", "custom_id"),
        (Frame("\"\""), "invalid_line", "custom_id"),
        (Frame("7"), "invalid_line", "custom_id"),
        (Frame("null"), "invalid_line", "custom_id"),
        (Frame($"\"{new string('i', 513)}\""), "invalid_line", "custom_id"),
        (Frame("\"\\ud800\""), "invalid_line", null),
        ("""{"custom_id":"e","custom_id":"f","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini"}}""", "duplicate_member", "custom_id"),
        ("""{"custom_id":"g","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini"},"body":{"model":"gpt-4o-mini"}}""", "duplicate_member", "body"),
        (Frame("\"h\"", method: "DELETE"), "invalid_line", "method"),
        (Frame("\"i\"", url: "https://evil.example/v1/chat/completions"), "invalid_line", "url"),
        (Frame("\"j\"", url: "/v1/../admin/seal"), "invalid_line", "url"),
        ("""{"custom_id":"k","method":"POST","url":"/v1/chat/completions"}""", "invalid_line", "body"),
        (Frame("\"l\"", body: "[]"), "body_not_an_object", null),
        (Frame("\"m\"", body: "{}"), "missing_model", "model"),
        (Frame("\"n\"", body: """{"model":5}"""), "invalid_type", "model"),
        (Frame("\"o\"", body: """{"model":"nothing"}"""), "model_not_found", "model"),
        (Frame("\"p\"", body: """{"model":"gpt-4o-mini","model":"gpt-4o"}"""), "duplicate_member", "model"),
        (Frame("\"q\"", body: """{"model":"gpt-4o-mini","api_base":"https://evil.example"}"""), "forbidden_member", "api_base"),
        (Frame("\"r\"", body: """{"model":"gpt-4o-mini","extra_headers":{"Authorization":"x"}}"""), "forbidden_member", "extra_headers"),
        (Frame("\"s\"", body: $$"""{"model":"gpt-4o-mini","user":"{{new string('x', 1_100_000)}}"}"""), "body_too_large", "line"),
        (Frame("\"t\"", body: $$"""{"model":"gpt-4o-mini","a":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}"""), "nested_too_deep", null),
        ("\u001b[2J", "invalid_line", null),
        ("\uFEFF" + Good("u"), "invalid_line", null),
        (Good("z"), null, null),
    ];

    [Fact]
    public async Task Bad_lines_are_refused_with_their_number_and_the_good_ones_survive_a_restart()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-test-").FullName;
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        try
        {
            await using (TestGateway gateway = await TestGateway.StartAsync(Patient, folder: folder, runningSandbox: sandbox))
            {
                List<JsonElement> answers = await SendAsync(gateway, string.Join('\n', s_lines.Select(line => line.Line)));

                Assert.Equal(Enumerable.Range(1, s_lines.Length), answers.Select(answer => answer.GetProperty("line").GetInt32()));
                Assert.All(answers.Zip(s_lines), pair => AssertAnswer(pair.First, pair.Second.Code, pair.Second.Field));
            }

            await using (TestGateway again = await TestGateway.StartAsync(Patient, folder: folder, runningSandbox: await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" })))
            {
                JsonElement run = JsonDocument.Parse(await again.Http.GetStringAsync(Run, TestContext.Current.CancellationToken)).RootElement;
                Assert.Equal(2, run.GetProperty("requests").GetProperty("total").GetInt32());
                Assert.Equal(2, run.GetProperty("requests").GetProperty("queued").GetInt32());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Lines_that_are_not_UTF8_are_refused()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        byte[] bad = [.. """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","user":"x"""u8, 0xC3, 0x28, .. "\"}}\n"u8];
        List<JsonElement> answers = await SendAsync(gateway, [.. bad, .. Encoding.UTF8.GetBytes(Good("b"))]);

        AssertAnswer(answers[0], "invalid_encoding", null);
        AssertAnswer(answers[1], null, null);
    }

    [Fact]
    public async Task Blank_lines_and_carriage_returns_are_no_lines_of_their_own()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        List<JsonElement> answers = await SendAsync(gateway, $"{Good("a")}\r\n\n{Good("b")}\n\n");

        Assert.Equal([1, 3], answers.Select(answer => answer.GetProperty("line").GetInt32()));
        Assert.All(answers, answer => AssertAnswer(answer, null, null));
    }

    [Theory]
    [InlineData("Leeway-Webhook", "whk_00000000000000000000000000000000", 400, "webhook_not_found", "Leeway-Webhook")]
    [InlineData("Leeway-Webhook", "https://example.com/hook", 400, "webhook_not_found", "Leeway-Webhook")]
    [InlineData("Content-Type", "text/plain", 415, "unsupported_media_type", "Content-Type")]
    [InlineData("Content-Type", "multipart/form-data; boundary=b", 415, "unsupported_media_type", "Content-Type")]
    public async Task A_bad_header_of_the_whole_run_is_refused_before_any_line(string name, string value, int status, string code, string field)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        using HttpResponseMessage answer = await PostAsync(gateway, Encoding.UTF8.GetBytes(Good("a")), (name, value));
        Refusal refusal = Refusal.Read(answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal((status, code, field), ((int)answer.StatusCode, refusal.Code, refusal.Field));
        Assert.Contains(value, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync(Run, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("Leeway-Deadline", "-1h", "invalid_deadline")]
    [InlineData("Leeway-Deadline", "2020-01-01T00:00:00Z", "deadline_past")]
    [InlineData("Leeway-Priority", "high", "invalid_priority")]
    [InlineData("Leeway-Lane", "express", "unknown_lane")]
    [InlineData("Leeway-Max-Cost", "-1", "invalid_max_cost")]
    [InlineData("Leeway-Max-Cost", "0.0000000001", "max_cost_exceeded")]
    public async Task A_bad_signal_of_the_whole_run_refuses_each_line(string name, string value, string code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        List<JsonElement> answers = await SendAsync(gateway, Encoding.UTF8.GetBytes($"{Good("a")}\n{Good("b")}"), (name, value));

        Assert.Equal(2, answers.Count);
        Assert.All(answers, answer => AssertAnswer(answer, code, name));
    }

    private static void AssertAnswer(JsonElement answer, string? code, string? field)
    {
        JsonElement error = answer.GetProperty("error");
        if (code is null)
        {
            Assert.True(error.ValueKind == JsonValueKind.Null, answer.ToString());
            Assert.True(RequestId.TryParse(answer.GetProperty("id").GetString(), out _));
            return;
        }

        Assert.True(error.ValueKind == JsonValueKind.Object, $"{answer} should be {code}");
        Assert.True(code == error.GetProperty("code").GetString(), $"{answer} should be {code}");
        Assert.Equal(field, error.GetProperty("param").GetString());
        Assert.InRange(error.GetProperty("message").GetString()!.Length, 10, 500);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
    }

    private static string Good(string id) => Frame($"\"{id}\"");

    private static string Frame(string id, string method = "POST", string url = "/v1/chat/completions", string body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""") =>
        $$"""{"custom_id":{{id}},"method":"{{method}}","url":"{{url}}","body":{{body}}}""";

    private static Task<List<JsonElement>> SendAsync(TestGateway gateway, string lines) => SendAsync(gateway, Encoding.UTF8.GetBytes(lines));

    private static async Task<List<JsonElement>> SendAsync(TestGateway gateway, byte[] lines, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await PostAsync(gateway, lines, headers.Length == 0 ? [("Leeway-Priority", "low")] : headers);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<HttpResponseMessage> PostAsync(TestGateway gateway, byte[] lines, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Run}/requests") { Content = new ByteArrayContent(lines) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", headers.FirstOrDefault(header => header.Name == "Content-Type").Value ?? "application/x-ndjson");
        foreach ((string name, string value) in headers.Where(header => header.Name != "Content-Type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
