using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Public collections of nasty input, read from beside the repository when they are there.</summary>
[Collection(QuietCollection.Name)]
public sealed class CorpusTests(QuietGateway quiet)
{
    [Fact]
    public async Task Every_text_that_JSONTestSuite_calls_invalid_is_refused_where_it_is_wrong()
    {
        string[] files = Directory.GetFiles(Find("json-test-suite", "test_parsing"), "n_*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Refusal refusal = await RefuseAsync(file);
            Assert.True(refusal.Code is "invalid_json" or "invalid_encoding" or "nested_too_deep" or "body_missing", $"{Path.GetFileName(file)}: {refusal}");
            Assert.True(refusal.Code == "body_missing" || (refusal.Message.Contains("line ", StringComparison.Ordinal) && refusal.Message.Contains("column ", StringComparison.Ordinal)), $"{Path.GetFileName(file)}: {refusal}");
        }

        await quiet.AssertUntouchedAsync();
    }

    [Fact]
    public async Task What_JSONTestSuite_calls_valid_is_read_as_JSON_and_refused_for_what_it_is()
    {
        string[] files = Directory.GetFiles(Find("json-test-suite", "test_parsing"), "y_*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Refusal refusal = await RefuseAsync(file);
            Assert.True(refusal.Code is "body_not_an_object" or "missing_model" or "duplicate_member", $"{Path.GetFileName(file)}: {refusal}");
        }

        await quiet.AssertUntouchedAsync();
    }

    [Fact]
    public async Task What_JSONTestSuite_leaves_open_is_refused_one_way_or_another()
    {
        foreach (string file in Directory.GetFiles(Find("json-test-suite", "test_parsing"), "i_*.json"))
        {
            await RefuseAsync(file);
        }

        await quiet.AssertUntouchedAsync();
    }

    [Fact]
    public async Task Naughty_strings_reach_the_provider_and_come_back_unharmed()
    {
        string[] strings = ReadStrings();
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string text in strings)
        {
            string body = Body(text);
            using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", body);
            string answered = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{text}: {answered}");
            Assert.Contains(PromptDigest.OfChat(JsonDocument.Parse(body).RootElement), answered, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Naughty_strings_as_custom_ids_come_back_as_they_were()
    {
        string[] strings = [.. ReadStrings().Where(text => text.Length <= 512).Distinct(StringComparer.Ordinal)];
        string lines = string.Join('\n', strings.Select(text => $$"""{"custom_id":{{JsonSerializer.Serialize(text)}},"method":"POST","url":"/v1/chat/completions","body":{{Body(text)}}}"""));
        await using TestGateway gateway = await TestGateway.StartAsync();
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/leeway/runs/run_0123456789abcdef0123456789abcdef/requests") { Content = content };
        request.Headers.Add("Leeway-Deadline", "6h");

        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        JsonElement[] accepted = Lines(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(strings, accepted.Select(line => line.GetProperty("custom_id").GetString()));

        Dictionary<string, string> bodies = strings.ToDictionary(text => text, Body, StringComparer.Ordinal);
        JsonElement[] results = await ResultsAsync(gateway, strings.Length);
        Assert.Equal(strings.Order(StringComparer.Ordinal), results.Select(line => line.GetProperty("custom_id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(results, line => Assert.Contains(
            PromptDigest.OfChat(JsonDocument.Parse(bodies[line.GetProperty("custom_id").GetString()!]).RootElement),
            line.GetProperty("response").ToString(),
            StringComparison.Ordinal));
    }

    private async Task<Refusal> RefuseAsync(string file)
    {
        byte[] body = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        using HttpResponseMessage answer = await quiet.SendAsync(HttpMethod.Post, "/by/6h/v1/chat/completions", body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == 400, $"{Path.GetFileName(file)}: {(int)answer.StatusCode} {text}");
        return Refusal.Read(answer, text);
    }

    private static async Task<JsonElement[]> ResultsAsync(TestGateway gateway, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            JsonElement[] results = Lines(await gateway.Http.GetStringAsync("/leeway/runs/run_0123456789abcdef0123456789abcdef/results?limit=1000", patience.Token));
            if (results.Length >= count)
            {
                return results;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static JsonElement[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Body(string content) => $$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":{{JsonSerializer.Serialize(content)}}}]}""";

    /// <summary>Files of JSONTestSuite that match a pattern.</summary>
    internal static string[] Suite(string pattern) => Directory.GetFiles(Find("json-test-suite", "test_parsing"), pattern);

    internal static string[] ReadStrings()
    {
        string[] strings = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Find("blns"), "blns.json")))!;
        Assert.True(strings.Length > 400);
        return [.. strings.Where(text => text.Length > 0)];
    }

    private static string Find(params string[] path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine([folder.FullName, "..", "shared", "data", .. path]);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.Skip($"The collection {path[0]} is not in ../shared/data.");
        return "";
    }
}
