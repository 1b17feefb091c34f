using Leeway.Economics;
using Leeway.Routing;
using Leeway.Tests.Batching;

namespace Leeway.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly Dictionary<string, ProviderConfig> s_providers = new() { ["openai"] = new(), ["local"] = new() { Kind = "openai-compatible", BaseUrl = new Uri("http://gpu:8000/v1") } };

    private static RouteTable Table(LeewayConfig config) => new(new StaticConfig(config), PriceCatalog.BuiltIn, TimeProvider.System);

    private static ModelConfig Model(string provider, string model, params string[] fallbacks) =>
        new() { Deployments = [new() { Provider = provider, Model = model }], Fallbacks = fallbacks };

    [Fact]
    public void Deployments_come_first_and_fallbacks_of_other_models_after_them_in_order()
    {
        RouteTable table = Table(new LeewayConfig
        {
            Providers = s_providers,
            Models = new Dictionary<string, ModelConfig>
            {
                ["fast"] = new() { Deployments = [new() { Provider = "openai", Model = "gpt-4o" }, new() { Provider = "local", Model = "gpt-4.1" }], Fallbacks = ["cheap", "other"] },
                ["cheap"] = Model("openai", "gpt-4o-mini", "fast"),
                ["other"] = Model("openai", "gpt-5"),
            },
        });
        Assert.Equal(["openai/gpt-4o", "local/gpt-4.1", "openai/gpt-4o-mini", "openai/gpt-5"], table.Resolve("fast").Route!.Deployments.Select(deployment => deployment.Id));
        Assert.Equal("fast", table.Resolve("fast").Route!.Model);
    }

    [Fact]
    public void An_unknown_model_is_told_with_the_nearest_name()
    {
        RouteTable declared = Table(new LeewayConfig { Providers = s_providers, Models = new Dictionary<string, ModelConfig> { ["gpt-4o"] = Model("openai", "gpt-4o") } });
        Assert.Equal(new RouteProblem(RouteProblemKind.UnknownModel, "gpt-4p", "gpt-4o"), declared.Resolve("gpt-4p").Problem);
        Assert.Equal(new RouteProblem(RouteProblemKind.UnknownModel, "something-else-entirely", null), declared.Resolve("something-else-entirely").Problem);
        Assert.Equal("gpt-4o-mini", Table(new LeewayConfig { Providers = s_providers }).Resolve("gpt-4o-mimi").Problem!.Nearest);
    }

    [Fact]
    public void A_model_without_a_price_is_refused_and_one_with_a_configured_price_is_not()
    {
        ModelConfig unpriced = Model("local", "my-model");
        RouteTable table = Table(new LeewayConfig
        {
            Providers = s_providers,
            Models = new Dictionary<string, ModelConfig> { ["mine"] = unpriced, ["priced"] = unpriced with { Price = new PriceConfig { Input = 1, Output = 2 } } },
        });
        Assert.Equal(RouteProblemKind.UnpricedModel, table.Resolve("mine").Problem!.Kind);
        Assert.Equal(1, table.Resolve("priced").Route!.Primary.Price!.RealTime.Input);
        Assert.Equal(RouteProblemKind.NoProvider, Table(new LeewayConfig()).Resolve("gpt-4o").Problem!.Kind);
    }

    [Fact]
    public void A_replaced_configuration_holds_from_the_next_look_up()
    {
        var config = new MutableConfig(new LeewayConfig { Providers = s_providers });
        var table = new RouteTable(config, PriceCatalog.BuiltIn, TimeProvider.System);
        Assert.True(table.IsKnown("gpt-4o"));
        Assert.Equal(2, table.FindDeployment("openai/gpt-4o")!.MaxRetries);
        config.Set(new LeewayConfig
        {
            Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { Retries = new RetriesConfig { Max = 7 } } },
            Models = new Dictionary<string, ModelConfig> { ["mine"] = Model("openai", "gpt-4o") },
        });
        Assert.False(table.IsKnown("gpt-4o"));
        Assert.Equal(["mine"], table.Models);
        Assert.Equal(7, table.Resolve("mine").Route!.Primary.MaxRetries);

        // Accepted under the earlier configuration, still to be collected.
        Assert.Equal(7, table.FindDeployment("openai/gpt-4o")!.MaxRetries);
        Assert.Null(table.FindDeployment("gone/gpt-4o"));
    }

    [Fact]
    public void What_is_declared_under_the_models_own_name_is_found_by_id_with_its_limits()
    {
        var config = new MutableConfig(new LeewayConfig
        {
            Providers = s_providers,
            Models = new Dictionary<string, ModelConfig> { ["gpt-4o"] = new() { Deployments = [new() { Provider = "openai", Rpm = 7 }] } },
        });
        Assert.Equal(7, new RouteTable(config, PriceCatalog.BuiltIn, TimeProvider.System).FindDeployment("openai/gpt-4o")!.RequestsPerMinute);
    }
}
