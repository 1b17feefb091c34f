using System.Text;
using System.Text.Json;
using Leeway.Adapters;
using Leeway.Sandbox;
using Leeway.Tests.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters.Gemini;

/// <summary>The adapter against the sandbox's Gemini API, which others wrote from the same notes.</summary>
public sealed class GeminiSandboxTests : IAsyncLifetime
{
    private SandboxClient _sandbox = null!;
    private IReadOnlyList<IProvider> _providers = [];
    private IProvider _provider = null!;
    private Deployment _deployment = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchProvider Batches => (IBatchProvider)_provider;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "instant" });
        _providers = ProviderSet.CreateAll(TimeProvider.System, NullLoggerFactory.Instance);
        _provider = _providers.Single(provider => provider.Kind == "gemini");
        _deployment = new Deployment { Id = "g/gemini-2.5-flash", Provider = "g", Kind = "gemini", Model = "gemini-2.5-flash", BaseUrl = _sandbox.Server.BaseUri, ApiKey = "AIza-test", BatchEnabled = true };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IProvider provider in _providers)
        {
            ((IDisposable)provider).Dispose();
        }

        await _sandbox.DisposeAsync();
    }

    private async Task<string> AskAsync(string body, string endpoint = Endpoints.Chat, Deployment? deployment = null)
    {
        using ProviderAnswer answer = await _provider.SendAsync(deployment ?? _deployment, AdapterBench.Call(body, endpoint), Token);
        Assert.True(answer.Error is null, answer.Error?.Message);
        return await AdapterBench.TextAsync(answer);
    }

    [Theory]
    [InlineData("gemini-2.5-flash")]
    [InlineData("gemini-3.5-flash")]
    public async Task Everything_that_a_chat_request_can_say_is_taken(string model)
    {
        string answer = await AskAsync(
            """
            {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]},
             {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"y"},{"role":"user","content":"so?"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}},"strict":true}}],
             "temperature":0.5,"top_p":0.9,"seed":7,"presence_penalty":0.1,"frequency_penalty":0.2,"max_completion_tokens":64,"stop":["§"],"reasoning_effort":"low"}
            """,
            deployment: _deployment with { Model = model });

        using JsonDocument completion = JsonDocument.Parse(answer);
        Assert.NotEmpty(completion.RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString()!);
        Assert.True(completion.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 0);
    }

    [Theory]
    [InlineData(Endpoints.Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""", "data: [DONE]\n\n")]
    [InlineData(Endpoints.Messages, """{"model":"m","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"hi"}]}""", "event: message_stop\n")]
    [InlineData(Endpoints.Responses, """{"model":"m","stream":true,"input":"hi"}""", "event: response.completed\n")]
    public async Task A_stream_is_whole(string endpoint, string body, string end) => Assert.Contains(end, await AskAsync(body, endpoint), StringComparison.Ordinal);

    [Fact]
    public async Task Tokens_are_counted() =>
        Assert.Matches("^.\"input_tokens\":[1-9][0-9]*.$", await AskAsync("""{"model":"m","messages":[{"role":"user","content":"hi"}]}""", Endpoints.CountTokens));

    [Fact]
    public async Task Embeddings_come_in_base64()
    {
        using JsonDocument answer = JsonDocument.Parse(await AskAsync(
            """{"model":"m","input":["a","b"],"encoding_format":"base64"}""", Endpoints.Embeddings, _deployment with { Model = "gemini-embedding-001" }));

        Assert.Equal(2, answer.RootElement.GetProperty("data").GetArrayLength());
        Assert.True(Convert.FromBase64String(answer.RootElement.GetProperty("data")[0].GetProperty("embedding").GetString()!).Length >= 4);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1500, false)]
    public async Task A_batch_goes_and_comes_back_with_every_row_and_leaves_nothing(int count, bool inline)
    {
        RequestId[] ids = [.. Enumerable.Range(1, count).Select(i => new RequestId(Guid.Parse($"019abcde-0000-7000-8000-{i:x12}")))];
        async Task WriteAsync(System.IO.Pipelines.PipeWriter writer, CancellationToken token)
        {
            foreach (RequestId id in ids)
            {
                Batches.WriteLine(writer, id, Endpoints.Chat, Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":16,"messages":[{"role":"user","content":"say {{id}}"}]}"""), _deployment);
                await writer.FlushAsync(token);
            }
        }

        string fingerprint = new BatchId(Guid.Parse("019abcde-0000-7000-8000-00000000000f")) + ".1";
        string file = await Batches.UploadAsync(_deployment, "leeway-b.jsonl", WriteAsync, Token);
        Assert.Equal(inline, file == "inline");
        ProviderBatch batch = await Batches.CreateAsync(_deployment, new BatchCreation(file, Endpoints.Chat, fingerprint, WriteAsync), Token);
        Assert.Equal(fingerprint, batch.Fingerprint);
        Assert.Equal(inline ? [] : [file], await Batches.FindFilesAsync(_deployment, "leeway-b.jsonl", Token));
        ProviderBatch ended = await Batches.GetAsync(_deployment, batch.Id, Token);
        Assert.Equal((ProviderBatchStatus.Completed, count, 0), (ended.Status, ended.Completed, ended.Failed));
        List<BatchRow> rows = await ReadAsync(ended.OutputFile!);

        Assert.Equal(ids.Select(static id => id.ToString()), rows.Select(static row => row.CorrelationId));
        Assert.All(rows, static row => Assert.Equal((BatchRowKind.Answered, 200), (row.Kind, row.StatusCode)));
        Assert.All(rows, static row => Assert.True(row.Usage is { Tokens: { Input: > 0, Output: > 0 } }));

        // Found by its name, and gone with all it has.
        List<ProviderBatch> listed = [];
        await foreach (ProviderBatch one in Batches.ListAsync(_deployment, DateTimeOffset.UnixEpoch, Token))
        {
            listed.Add(one);
        }

        Assert.Equal([batch.Id], listed.Select(static one => one.Id));
        await Batches.CancelAsync(_deployment, batch.Id, Token);
        await Batches.DeleteFileAsync(_deployment, file, Token);
        await Batches.DeleteFileAsync(_deployment, ended.OutputFile!, Token);
        await Batches.DeleteFileAsync(_deployment, ended.OutputFile!, Token);
        Assert.Equal(ProviderErrorKind.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => Batches.GetAsync(_deployment, batch.Id, Token))).Error.Kind);
        Assert.Empty(await Batches.FindFilesAsync(_deployment, "leeway-b.jsonl", Token));
    }

    private async Task<List<BatchRow>> ReadAsync(string file)
    {
        await using Stream results = await Batches.OpenFileAsync(_deployment, file, Token);
        using var reader = new StreamReader(results);
        List<BatchRow> rows = [];
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            rows.Add(Batches.ReadRow(Endpoints.Chat, Encoding.UTF8.GetBytes(line), _deployment));
        }

        return rows;
    }
}
