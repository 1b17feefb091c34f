namespace Leeway.Tests.Adapters.Exchanges;

/// <summary>Every kind of provider sends what its file says, byte for byte, and makes of the answers what the file says.</summary>
public sealed class ExchangeTests : IDisposable
{
    private static readonly string[] s_ofBatches = ["upload", "create", "get", "rows"];

    private readonly DirectoryInfo _storage = Directory.CreateTempSubdirectory("leeway-exchanges-");

    public static TheoryData<string> Kinds => [.. ProviderKinds.All.Select(static kind => kind.Name)];

    public void Dispose() => _storage.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Exchanges_are_as_they_are_told(string kind)
    {
        foreach (ExchangeStep step in Exchange.Read(kind))
        {
            await using AdapterBench bench = await AdapterBench.StartAsync(kind);
            bench.Deployment = ExchangeDeployments.Of(kind, bench.Deployment, bench.Server.BaseUrl, _storage);

            string told = await new ExchangePlayer(bench, _storage).PlayAsync(step);

            Assert.Equal(step.Text, told);
        }
    }

    [Fact]
    public async Task No_kind_is_left_out_nor_an_exchange_that_it_has()
    {
        Assert.Equal(ProviderKinds.All.Select(static kind => kind.Name).Order(), Exchange.Kinds.Order());
        foreach (string kind in Exchange.Kinds)
        {
            await using AdapterBench bench = await AdapterBench.StartAsync(kind);
            string[] steps = [.. Exchange.Read(kind).Select(static step => step.Name)];

            Assert.True(steps.Count(static step => step == "call") >= 2, $"{kind}: a whole answer and a streamed one, or an error");
            Assert.All(bench.Provider.Capabilities.BatchEndpoints.Count > 0 ? s_ofBatches : [], step => Assert.True(steps.Contains(step), $"{kind}: {step}"));
        }
    }
}
