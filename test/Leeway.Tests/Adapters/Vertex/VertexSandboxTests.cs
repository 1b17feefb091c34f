using System.Text;
using Leeway.Adapters;
using Leeway.Sandbox;
using Leeway.Tests.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters.Vertex;

/// <summary>The adapter against the sandbox's Vertex AI and Cloud Storage, which others wrote from the same notes; tokens by Google's library.</summary>
public sealed class VertexSandboxTests : IAsyncLifetime
{
    private SandboxClient _sandbox = null!;
    private IReadOnlyList<IProvider> _providers = [];
    private IProvider _provider = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchProvider Batches => (IBatchProvider)_provider;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "instant" });
        _providers = ProviderSet.CreateAll(TimeProvider.System, NullLoggerFactory.Instance);
        _provider = _providers.Single(provider => provider.Kind == "vertex");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IProvider provider in _providers)
        {
            ((IDisposable)provider).Dispose();
        }

        await _sandbox.DisposeAsync();
    }

    private Deployment DeploymentOf(string model) => new()
    {
        Id = "v/" + model,
        Provider = "v",
        Kind = "vertex",
        Model = model,
        BaseUrl = _sandbox.Server.BaseUri,
        BatchEnabled = true,
        Cloud = new CloudSettings
        {
            Project = "p1",
            Region = "us-central1",
            Storage = new ObjectLocation(new Uri("gs://bucket/leeway"), _sandbox.Server.BaseUri),
            Credentials = new CloudCredentials { Json = ServiceAccount.FileFor(_sandbox.Server.BaseUri) },
        },
    };

    [Theory]
    [InlineData(VertexBench.Gemini, Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":"hi"}]}""", "\"finish_reason\":\"stop\"")]
    [InlineData(VertexBench.Gemini, Endpoints.Messages, """{"model":"m","max_tokens":640,"stream":true,"messages":[{"role":"user","content":"hi"}]}""", "event: message_stop\n")]
    [InlineData(VertexBench.Claude, Endpoints.Messages, """{"model":"m","max_tokens":640,"messages":[{"role":"user","content":"hi"}]}""", "\"stop_reason\":\"end_turn\"")]
    [InlineData(VertexBench.Claude, Endpoints.Messages, """{"model":"m","max_tokens":640,"stream":true,"messages":[{"role":"user","content":"hi"}]}""", "event: message_stop\n")]
    [InlineData(VertexBench.Claude, Endpoints.Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""", "data: [DONE]\n\n")]
    [InlineData(VertexBench.Claude, Endpoints.Responses, """{"model":"m","stream":true,"input":"hi"}""", "event: response.completed\n")]
    public async Task Both_publishers_answer_every_client(string model, string endpoint, string body, string expected)
    {
        using ProviderAnswer answer = await _provider.SendAsync(DeploymentOf(model), AdapterBench.Call(body, endpoint), Token);

        Assert.True(answer.Error is null, answer.Error?.Message);
        Assert.Contains(expected, await AdapterBench.TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_at_it_is_taken_with_its_credential()
    {
        ProviderProbe probe = await _provider.ProbeAsync(DeploymentOf(VertexBench.Gemini), Token);

        Assert.Equal(200, probe.StatusCode);
    }

    [Theory]
    [InlineData(VertexBench.Gemini, Endpoints.Chat, 3)]
    [InlineData(VertexBench.Gemini, Endpoints.Messages, 250)]
    [InlineData(VertexBench.Claude, Endpoints.Messages, 250)]
    [InlineData(VertexBench.Claude, Endpoints.Chat, 3)]
    public async Task A_job_goes_and_comes_back_with_every_row_and_leaves_nothing(string model, string endpoint, int count)
    {
        Deployment deployment = DeploymentOf(model);
        RequestId[] ids = [.. Enumerable.Range(1, count).Select(i => new RequestId(Guid.Parse($"019abcde-0000-7000-8000-{i:x12}")))];
        async Task WriteAsync(System.IO.Pipelines.PipeWriter writer, CancellationToken token)
        {
            foreach (RequestId id in ids)
            {
                Batches.WriteLine(writer, id, endpoint, Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":16,"messages":[{"role":"user","content":"say {{id}}"}]}"""), deployment);
                await writer.FlushAsync(token);
            }
        }

        string fingerprint = new BatchId(Guid.Parse("019abcde-0000-7000-8000-00000000000f")) + ".1";
        string file = await Batches.UploadAsync(deployment, "leeway-b.jsonl", WriteAsync, Token);
        Assert.Equal("gs://bucket/leeway/inputs/leeway-b.jsonl", file);
        Assert.Equal([file], await Batches.FindFilesAsync(deployment, "leeway-b.jsonl", Token));
        ProviderBatch batch = await Batches.CreateAsync(deployment, new BatchCreation(file, endpoint, fingerprint, WriteAsync), Token);
        ProviderBatch ended = await Batches.GetAsync(deployment, batch.Id, Token);
        Assert.Equal((ProviderBatchStatus.Completed, count, 0), (ended.Status, ended.Completed, ended.Failed));
        List<BatchRow> rows = [];
        await using (Stream results = await Batches.OpenFileAsync(deployment, ended.OutputFile!, Token))
        {
            using var reader = new StreamReader(results);
            while (await reader.ReadLineAsync(Token) is { } line)
            {
                rows.Add(Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), deployment));
            }
        }

        Assert.Equal(ids.Select(static id => id.ToString()).Order(StringComparer.Ordinal), rows.Select(static row => row.CorrelationId).Order(StringComparer.Ordinal));
        Assert.All(rows, static row => Assert.Equal((BatchRowKind.Answered, 200), (row.Kind, row.StatusCode)));
        Assert.All(rows, static row => Assert.True(row.Usage is { Tokens: { Input: > 0, Output: > 0 } }));
        List<string?> listed = [];
        await foreach (ProviderBatch one in Batches.ListAsync(deployment, DateTimeOffset.UnixEpoch, Token))
        {
            listed.Add(one.Fingerprint);
        }

        Assert.Equal([fingerprint], listed);
        await Batches.DeleteFileAsync(deployment, file, Token);
        await Batches.DeleteFileAsync(deployment, ended.OutputFile!, Token);
        await Batches.DeleteFileAsync(deployment, ended.OutputFile!, Token);
        Assert.Empty(await Batches.FindFilesAsync(deployment, "leeway-b.jsonl", Token));
        Assert.Equal(ProviderErrorKind.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => Batches.OpenFileAsync(deployment, ended.OutputFile!, Token))).Error.Kind);
    }
}
