using System.Text;
using Leeway.Adapters;
using Leeway.Adapters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters;

/// <summary>A provider of one kind, a server for it to call, and a clock.</summary>
internal sealed class AdapterBench : IAsyncDisposable
{
    private readonly IReadOnlyList<IProvider> _providers;

    private AdapterBench(ScriptedServer server, string kind)
    {
        Server = server;
        _providers = ProviderSet.CreateAll(Clock, NullLoggerFactory.Instance);
        Provider = _providers.Single(p => p.Kind == kind);
        Deployment = new Deployment
        {
            Id = kind + "/gpt-4o",
            Provider = kind,
            Kind = kind,
            Model = "gpt-4o",
            BaseUrl = server.BaseUrl,
            ApiKey = "sk-test",
            BatchEnabled = true,
        };
    }

    public ScriptedServer Server { get; }

    public WatchedClock Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public IProvider Provider { get; }

    public IBatchProvider Batches => (IBatchProvider)Provider;

    public Deployment Deployment { get; set; }

    public static async Task<AdapterBench> StartAsync(string kind = "openai") => new(await ScriptedServer.StartAsync(), kind);

    public static ProviderCall Call(string body, string endpoint = "/v1/chat/completions")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(OpenAIBody.TryScan(bytes, out OpenAIBodyScan scan, out BodyProblem problem), problem.Message);
        return new ProviderCall(endpoint, bytes, scan.Shape);
    }

    public Task<ProviderAnswer> SendAsync(string body, string endpoint = "/v1/chat/completions") =>
        Provider.SendAsync(Deployment, Call(body, endpoint), TestContext.Current.CancellationToken);

    public static async Task<string> TextAsync(ProviderAnswer answer) =>
        await new StreamReader(answer.Body!).ReadToEndAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (IProvider provider in _providers)
        {
            ((IDisposable)provider).Dispose();
        }

        await Server.DisposeAsync();
    }
}
