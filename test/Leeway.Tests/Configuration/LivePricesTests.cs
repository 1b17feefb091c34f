using Leeway.Economics;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Prices;
using Leeway.Routing;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Configuration;

/// <summary>The catalogue file under a running gateway.</summary>
public sealed class LivePricesTests : IDisposable
{
    private readonly ConfigFolder _folder = new("");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_appears_changes_and_breaks_is_seen_and_the_last_good_prices_stay()
    {
        using LivePrices prices = Open(new StaticConfig(Config()));
        await prices.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal((null, 0L), (Input(prices), prices.Revision));

        Write("1");
        _clock.Advance(ConfigWatcher.Interval);
        Assert.Equal((1m, 1L), (Input(prices), prices.Revision));

        Write("2");
        _clock.Advance(ConfigWatcher.Interval);
        Assert.Equal((2m, 2L), (Input(prices), prices.Revision));

        _folder.Write("data/prices.json", "{ \"prices\": [");
        _clock.Advance(ConfigWatcher.Interval);
        _clock.Advance(ConfigWatcher.Interval);
        Assert.Equal((2m, 2L), (Input(prices), prices.Revision));

        Write("3");
        _clock.Advance(ConfigWatcher.Interval);
        Assert.Equal((3m, 3L), (Input(prices), prices.Revision));
        Assert.Contains("mine", prices.Models);
    }

    [Fact]
    public void The_file_that_a_new_configuration_names_is_read()
    {
        var config = new MutableConfig(Config());
        using LivePrices prices = Open(config);
        _folder.Write("other.json", Catalogue("7"));
        config.Set(Config() with { Prices = new PricesConfig { File = _folder.At("other.json") } });

        Assert.Equal(7m, Input(prices));
    }

    [Fact]
    public void A_file_that_is_no_catalogue_stops_the_start()
    {
        _folder.Write("data/prices.json", "[]");
        Assert.Throws<PriceCatalogException>(() => Open(new StaticConfig(Config())));
    }

    [Fact]
    public void A_model_is_served_from_the_moment_its_price_is_known()
    {
        var config = new StaticConfig(Config() with
        {
            Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() },
            Models = new Dictionary<string, ModelConfig> { ["mine"] = new() { Deployments = [new DeploymentConfig { Provider = "openai", Model = "mine" }] } },
        });
        using LivePrices prices = Open(config);
        var routes = new RouteTable(config, prices, _clock);
        Assert.Equal(RouteProblemKind.UnpricedModel, routes.Resolve("mine").Problem!.Kind);

        Write("1");
        prices.RunOnce();
        Assert.Null(routes.Resolve("mine").Problem);
    }

    [Fact]
    public void A_model_that_is_neither_declared_nor_listed_is_told_apart()
    {
        var routes = new RouteTable(new StaticConfig(Config() with { Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() } }), PriceCatalog.BuiltIn, _clock);
        Assert.Equal(new RouteProblem(RouteProblemKind.UnlistedModel, "gpt-4p", "gpt-4o"), routes.Resolve("gpt-4p").Problem);
    }

    private LeewayConfig Config() => new() { Storage = new StorageConfig { Path = _folder.At("data") } };

    private LivePrices Open(IConfigSource config) => new(config, _clock, NullLogger<LivePrices>.Instance);

    private decimal? Input(LivePrices prices) => prices.Find("mine", _clock.GetUtcNow())?.RealTime.Input;

    private void Write(string input) => _folder.Write("data/prices.json", Catalogue(input));

    private static string Catalogue(string input) => $$"""{"prices":[{"model":"mine","effective_from":"2026-01-01","real_time":{"output":1,"input":{{input}} } }]}""";
}
