namespace Leeway.Gateway.Tests.BadInput;

/// <summary>JSONTestSuite as the body of every call that takes inference.</summary>
[Collection(QuietCollection.Name)]
public sealed class JsonSuiteTests(QuietGateway quiet)
{
    public static TheoryData<string> Paths => new(
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens", "/by/6h/v1/chat/completions", "/by/6h/v1/messages");

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task What_is_invalid_is_refused_where_it_is_wrong(string path)
    {
        string[] files = Corpus.JsonSuite("n_");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Refusal refusal = await RefuseAsync(path, file);
            Assert.True(refusal.Code is "invalid_json" or "invalid_encoding" or "nested_too_deep" or "body_missing", $"{Path.GetFileName(file)}: {refusal}");
            Assert.True(refusal.Code == "body_missing" || (refusal.Message.Contains("line ", StringComparison.Ordinal) && refusal.Message.Contains("column ", StringComparison.Ordinal)), $"{Path.GetFileName(file)}: {refusal}");
        }

        await EndAsync(path, files.Length);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task What_is_valid_is_read_as_JSON_and_refused_for_what_it_is(string path)
    {
        string[] files = Corpus.JsonSuite("y_");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Refusal refusal = await RefuseAsync(path, file);
            Assert.True(refusal.Code is "body_not_an_object" or "missing_model" or "duplicate_member", $"{Path.GetFileName(file)}: {refusal}");
        }

        await EndAsync(path, files.Length);
    }

    // The collection may be there without these.
    [Fact]
    public async Task What_is_left_open_is_refused_one_way_or_another()
    {
        string[] files = Corpus.JsonSuite("i_");
        foreach (string path in Paths.Select(row => row.Data))
        {
            foreach (string file in files)
            {
                await RefuseAsync(path, file);
            }

            await EndAsync(path, files.Length);
        }
    }

    private async Task<Refusal> RefuseAsync(string path, string file)
    {
        byte[] body = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        using HttpResponseMessage answer = await quiet.SendAsync(HttpMethod.Post, path, body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == 400, $"{Path.GetFileName(file)}: {(int)answer.StatusCode} {text}");
        return Refusal.Read(answer, text);
    }

    private async Task EndAsync(string path, int cases)
    {
        await quiet.AssertUntouchedAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {cases} cases");
    }
}
