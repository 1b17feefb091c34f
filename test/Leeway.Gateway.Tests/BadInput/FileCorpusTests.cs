using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Public collections of nasty input as lines of batch files.</summary>
public sealed class FileCorpusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_text_that_JSONTestSuite_calls_invalid_is_a_bad_line_with_its_place()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string[] cases = Corpus.JsonSuite("n_");
        foreach (string path in cases)
        {
            byte[] file = [.. Encoding.UTF8.GetBytes(FileClient.Line("good") + "\n"), .. Wrap(await File.ReadAllBytesAsync(path, Token), "case"), (byte)'\n'];
            using HttpResponseMessage answer = await gateway.UploadAsync(file);
            JsonElement shown = await answer.ReadJsonAsync();
            string name = Path.GetFileName(path);
            JsonElement problem = shown.GetProperty("leeway_problems")[0];
            Assert.True(shown.GetProperty("status").GetString() == "error", name);
            Assert.True(problem.GetProperty("line").GetInt32() == 2 && problem.GetProperty("column").GetInt32() > 0, $"{name}: {problem}");
            Assert.True(problem.GetProperty("code").GetString() is "invalid_json_line" or "invalid_encoding" or "nested_too_deep", $"{name}: {problem}");
        }

        Assert.True(cases.Length > 150);
    }

    [Fact]
    public async Task What_JSONTestSuite_calls_valid_is_a_good_line_and_comes_back_as_it_was()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string[] cases = Corpus.JsonSuite("y_");
        byte[] file = [.. cases.SelectMany((path, i) => Wrap([.. File.ReadAllBytes(path).Select(b => b == (byte)'\n' ? (byte)' ' : b)], $"case-{i}").Append((byte)'\n'))];
        using HttpResponseMessage answer = await gateway.UploadAsync(file);
        JsonElement shown = await answer.ReadJsonAsync();

        Assert.True(shown.GetProperty("status").GetString() == "processed", shown.ToString());
        Assert.Equal(cases.Length, shown.GetProperty("leeway_lines").GetInt32());
        Assert.Equal(file, await gateway.Http.GetByteArrayAsync($"/v1/files/{shown.GetProperty("id").GetString()}/content", Token));
    }

    [Fact]
    public async Task What_JSONTestSuite_leaves_open_is_one_or_the_other()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string path in Corpus.JsonSuite("i_"))
        {
            using HttpResponseMessage answer = await gateway.UploadAsync(Wrap(await File.ReadAllBytesAsync(path, Token), "case"));
            JsonElement shown = await answer.ReadJsonAsync();
            Assert.Equal(shown.GetProperty("status").GetString() == "error", shown.GetProperty("leeway_problems").GetArrayLength() > 0);
        }
    }

    [Fact]
    public async Task Naughty_strings_are_custom_ids_and_content_and_come_back_as_they_were()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string[] strings = [.. Corpus.NaughtyStrings().Where(text => text.Length <= 512).Distinct(StringComparer.Ordinal)];
        string text = string.Concat(strings.Select(naughty => FileClient.Line(naughty).Replace("\"hi\"", JsonSerializer.Serialize(naughty), StringComparison.Ordinal) + "\n"));
        JsonElement file = await gateway.AddAsync(text);

        Assert.True(file.GetProperty("status").GetString() == "processed", file.ToString());
        Assert.Equal(strings.Length, file.GetProperty("leeway_lines").GetInt32());
        string read = await gateway.Http.GetStringAsync($"/v1/files/{file.GetProperty("id").GetString()}/content", Token);
        Assert.Equal(text, read);

        // Twice the same file: every line has a double, told under its own id.
        JsonElement doubled = await gateway.AddAsync(text + text);
        Assert.Equal(strings.Length, doubled.GetProperty("leeway_bad_lines").GetInt32());
        Assert.All(doubled.GetProperty("leeway_problems").EnumerateArray(), problem => Assert.Equal("duplicate_custom_id", problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Naughty_names_are_shown_without_folders()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string naughty in Corpus.NaughtyStrings().Where(text => text.Length <= 512))
        {
            // A name in a header has no line breaks, and quotes are escaped in it.
            string name = naughty.ReplaceLineEndings(" ").Replace("\r", " ", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
            byte[] form = Encoding.UTF8.GetBytes(
                $"--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\r\n\r\nx\r\n--b--");
            var content = new ByteArrayContent(form);
            content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
            using HttpResponseMessage answer = await gateway.Http.PostAsync("/v1/files", content, Token);
            string text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.IsSuccessStatusCode || (int)answer.StatusCode == 400, $"{naughty}: {(int)answer.StatusCode} {text}");
            if (answer.IsSuccessStatusCode)
            {
                using JsonDocument file = JsonDocument.Parse(text);
                Assert.DoesNotContain(file.RootElement.GetProperty("filename").GetString()!, c => c is '/' or '\\' || char.IsControl(c));
            }
        }
    }

    private static byte[] Wrap(byte[] json, string customId) =>
    [
        .. Encoding.UTF8.GetBytes($$"""{"custom_id":"{{customId}}","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[],"metadata":"""),
        .. json,
        .. "}}"u8,
    ];
}
