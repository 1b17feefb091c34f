using System.Net;
using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

public sealed class ConfigLoaderTests
{
    private const string DesignExample = """
        version: 1
        server:    { listen: "127.0.0.1:8080", admin_listen: "127.0.0.1:8081" }
        storage:   { kind: sqlite, path: ./leeway-data }
        providers:
          openai:  { kind: openai, api_key: "${env:OPENAI_API_KEY}" }
        models:
          gpt-4o:  { deployments: [ { provider: openai, model: gpt-4o } ], fallbacks: [] }
        priorities:
          urgent:   { deadline: now }
          standard: { deadline: 1h,  seal: { requests: 1000, age: 15m } }
          low:      { deadline: 24h, seal: { requests: 10000 }, window: { from: "02:00", to: "06:00", tz: local } }
        lanes:
          batch:   { seal: { requests: 1000, bytes: 90MB, tokens: 2_000_000, age: 15m }, poll: { min: 10s, max: 5m } }
        deadlines: { default: now, max: 7d, infeasible: offer }
        hold:      { max: 9m, heartbeat: 15s }
        classify:  [ { when: { path: "/v1/embeddings" }, priority: low } ]
        delivery:
          webhooks: { timeout: 20s, schedule: [0s, 5s, 5m, 30m, 2h, 5h, 10h, 14h, 20h, 24h], allow_http: false, allow_private_networks: [], disable_after: 10 }
        """;

    [Fact]
    public void The_example_of_the_design_loads_and_its_values_are_the_defaults()
    {
        using ConfigFolder folder = new(DesignExample);
        folder.Environment["OPENAI_API_KEY"] = "sk-test";
        LeewayConfig config = folder.LoadClean();
        LeewayConfig defaults = new();

        Assert.Equal(defaults.Server, config.Server);
        Assert.Equal(defaults.Storage, config.Storage);
        Assert.Equal(defaults.Priorities.Low.Windows, config.Priorities.Low.Windows);
        Assert.Equal(defaults.Priorities, config.Priorities with
        {
            Urgent = config.Priorities.Urgent with { Windows = defaults.Priorities.Urgent.Windows },
            Standard = config.Priorities.Standard with { Windows = defaults.Priorities.Standard.Windows },
            Low = config.Priorities.Low with { Windows = defaults.Priorities.Low.Windows },
        });
        Assert.Equal(defaults.Lanes, config.Lanes);
        Assert.Equal(defaults.Deadlines, config.Deadlines);
        Assert.Equal(defaults.Hold, config.Hold);
        Assert.Equal(defaults.Delivery.Webhooks.Schedule, config.Delivery.Webhooks.Schedule);
        Assert.Equal("sk-test", config.Providers["openai"].ApiKey!.Reveal());
        Assert.Equal("gpt-4o", config.Models["gpt-4o"].Deployments[0].Model);
        Assert.Equal("low", config.Classify[0].Priority);
        Assert.False(config.UsesSandbox);
    }

    [Fact]
    public void Nothing_set_means_sqlite_loopback_and_the_sandbox()
    {
        using ConfigFolder folder = new();
        LeewayConfig config = folder.LoadClean();

        Assert.True(config.UsesSandbox);
        Assert.Empty(config.Providers);
        Assert.Empty(config.Models);
        Assert.Equal("127.0.0.1:8080", config.Server.Listen.ToString());
        Assert.Equal("./leeway-data", config.Storage.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a remark\n")]
    [InlineData("---\n")]
    [InlineData("\uFEFFversion: 1\n")]
    [InlineData("{ \"version\": 1, \"server\": { \"listen\": \"127.0.0.1:8080\" } }")]
    [InlineData("models:\n#  a: 1\nclassify:\nserver:\n")]
    public void An_empty_a_json_and_a_commented_out_file_load(string yaml)
    {
        using ConfigFolder folder = new(yaml);
        Assert.True(folder.LoadClean().UsesSandbox);
    }

    [Fact]
    public void The_key_of_openai_in_the_environment_makes_a_provider()
    {
        using ConfigFolder folder = new();
        folder.Environment["OPENAI_API_KEY"] = "sk-test";
        folder.Environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9999/v1/";
        folder.Environment["LEEWAY__PROVIDERS__OPENAI__MAX_CONNECTIONS"] = "7";
        ConfigResult result = folder.Load();
        ProviderConfig provider = Assert.Single(result.Config!.Providers).Value;

        Assert.False(result.Config.UsesSandbox);
        Assert.Equal("env:OPENAI_API_KEY", provider.ApiKey!.Origin);
        Assert.Equal("http://127.0.0.1:9999/v1", provider.Address.AbsoluteUri);
        Assert.Equal(7, provider.MaxConnections);
        Assert.True(provider.BatchEnabled);
        Assert.Equal("env OPENAI_API_KEY", result.Origins["providers.openai.api_key"]);
    }

    [Fact]
    public void A_file_with_providers_is_not_joined_by_one_from_the_environment()
    {
        using ConfigFolder folder = new("providers: { farm: { kind: openai-compatible, base_url: \"http://gpu:8000/v1\" } }");
        folder.Environment["OPENAI_API_KEY"] = "sk-test";
        LeewayConfig config = folder.LoadClean();

        Assert.Equal(["farm"], config.Providers.Keys);
        Assert.Null(config.Providers["farm"].ApiKey);
        Assert.False(config.Providers["farm"].BatchEnabled);
    }

    [Fact]
    public void A_later_source_wins_and_each_value_knows_where_it_came_from()
    {
        using ConfigFolder folder = new("hold:\n  max: 1m\n  heartbeat: 1s\ndeadlines:\n  max: 1d\n  default: 1m\nretention:\n  results: 1d\n");
        folder.Write("leeway.d/20-second.yaml", "hold:\n  heartbeat: 3s\ndeadlines:\n  default: 3m\n");
        folder.Write("leeway.d/10-first.yaml", "hold:\n  heartbeat: 2s\n  max: 2m\ndeadlines:\n  default: 2m\n");
        folder.Write("leeway.d/ignored.txt", "nonsense");
        folder.Environment["leeway__Deadlines__default"] = "4m";
        folder.Environment["LEEWAY__DEADLINES__MAX"] = "4d";
        folder.Overrides["deadlines.max"] = "5d";
        ConfigResult result = folder.Load();
        LeewayConfig config = result.Config!;

        Assert.Equal(TimeSpan.FromDays(1), config.Retention.Results);
        Assert.Equal(TimeSpan.FromMinutes(2), config.Hold.Max);
        Assert.Equal(TimeSpan.FromSeconds(3), config.Hold.Heartbeat);
        Assert.Equal(TimeSpan.FromMinutes(4), config.Deadlines.Default);
        Assert.Equal(TimeSpan.FromDays(5), config.Deadlines.Max);
        Assert.Equal("leeway.yaml:8", result.Origins["retention.results"]);
        Assert.Equal("leeway.d/10-first.yaml:3", result.Origins["hold.max"]);
        Assert.Equal("leeway.d/20-second.yaml:2", result.Origins["hold.heartbeat"]);
        Assert.Equal("env leeway__Deadlines__default", result.Origins["deadlines.default"]);
        Assert.Equal("command line", result.Origins["deadlines.max"]);
        Assert.Equal("default", result.Origins["deadlines.infeasible"]);
    }

    [Fact]
    public void Names_of_models_are_free_text()
    {
        using ConfigFolder folder = new("""
            providers: { farm: { kind: openai-compatible, base_url: "http://gpu:8000/v1" } }
            models:
              meta/llama-3.1:8b: { deployments: [ { provider: farm } ] }
              "two words": { deployments: [ { provider: farm, model: qwen3:8b } ], fallbacks: [meta/llama-3.1:8b] }
            """);
        folder.Environment["LEEWAY__MODELS__META_LLAMA_3_1_8B__DEPLOYMENTS__0__RPM"] = "9";
        folder.Overrides["models.\"two words\".deployments[0].tpm"] = "10_000";
        ConfigResult result = folder.Load();

        Assert.Empty(result.Problems);
        DeploymentConfig first = result.Config!.Models["meta/llama-3.1:8b"].Deployments[0];
        Assert.Equal(("meta/llama-3.1:8b", 9), (first.Model, first.Rpm));
        Assert.Equal(10_000, result.Config.Models["two words"].Deployments[0].Tpm);
        Assert.Equal("command line", result.Origins["models.\"two words\".deployments[0].tpm"]);
    }

    [Fact]
    public void A_part_of_a_default_section_keeps_the_rest_of_it()
    {
        using ConfigFolder folder = new("priorities:\n  low: { window: { to: \"05:00\" } }\n  standard: { seal: { requests: 5 } }\n  urgent: { window: none }\n");
        PrioritiesConfig priorities = folder.LoadClean().Priorities;

        Assert.Equal(new TimeOnly(2, 0), priorities.Low.Windows[0].From);
        Assert.Equal(new TimeOnly(5, 0), priorities.Low.Windows[0].To);
        Assert.Equal(TimeSpan.FromMinutes(15), priorities.Standard.Seal.Age);
        Assert.Equal(5, priorities.Standard.Seal.Requests);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("null")]
    [InlineData("")]
    public void A_default_window_can_be_switched_off(string off)
    {
        using ConfigFolder folder = new($"priorities: {{ low: {{ window: {off} }} }}");
        Assert.Empty(folder.LoadClean().Priorities.Low.Windows);
    }

    [Fact]
    public void A_window_may_run_over_midnight()
    {
        using ConfigFolder folder = new("priorities: { low: { window: { from: 22:30, to: 04:00, tz: Europe/Berlin } } }");
        WindowConfig window = folder.LoadClean().Priorities.Low.Windows[0];

        Assert.Equal(new TimeOnly(22, 30), window.From);
        Assert.Equal("Europe/Berlin", window.TimeZone.Id);
    }

    [Fact]
    public void Several_windows_a_day_are_a_list()
    {
        using ConfigFolder folder = new("priorities: { low: { window: [ { from: 22:30, to: 04:00, tz: UTC }, { from: 12:00, to: 13:00 } ] } }");
        ConfigResult result = folder.Load();
        Assert.Empty(result.Problems);
        Assert.Equal(["22:30", "12:00"], result.Config!.Priorities.Low.Windows.Select(window => window.From.ToString("HH:mm")));
        Assert.Contains("priorities.low.window[1].from", result.Origins.Keys);
        Assert.Contains("      -\n        from: \"22:30\"", ConfigShow.Render(result, withOrigin: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LEEWAY__PRIORITIES__LOW__WINDOW__TO", "05:00", "02:00-05:00")]
    [InlineData("LEEWAY__PRIORITIES__LOW__WINDOW", "[ { from: 01:00, to: 02:00 }, { from: 03:00, to: 04:00 } ]", "01:00-02:00 03:00-04:00")]
    [InlineData("LEEWAY__PRIORITIES__LOW__WINDOW", "{ from: 01:00, to: 02:00 }", "01:00-02:00")]
    [InlineData("LEEWAY__PRIORITIES__LOW__WINDOW", "none", "")]
    public void Windows_can_be_set_by_environment(string name, string value, string expected)
    {
        using ConfigFolder folder = new();
        folder.Environment[name] = value;
        Assert.Equal(expected, string.Join(' ', folder.LoadClean().Priorities.Low.Windows.Select(window => $"{window.From:HH\\:mm}-{window.To:HH\\:mm}")));
    }

    [Theory]
    [InlineData("priorities: { low: { window: [ { from: 02:00, to: 03:00 }, { from: 04:00, to: 04:00 } ] } }", "priorities.low.window[1].to: from and to are the same time")]
    [InlineData("priorities: { low: { window: { from: 04:00, to: 04:00 } } }", "priorities.low.window.to: from and to are the same time")]
    [InlineData("priorities: { low: { window: 7 } }", "priorities.low.window: must be a map, a list of maps or the word none")]
    [InlineData("models: { m: { deployments: [ { provider: p } ], price: { input: 1, output: 1, off_peak: { window: [], input: 1 } } } }\nproviders: { p: { kind: openai, api_key: \"${env:KEY}\" } }", "off_peak.window: is empty, so the price would never hold")]
    public void A_window_that_is_none_is_told_where_it_stands(string yaml, string expected)
    {
        using ConfigFolder folder = new(yaml);
        folder.Environment["KEY"] = "sk-test";
        Assert.Contains(expected, folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prices_are_exact_and_optional_by_lane()
    {
        using ConfigFolder folder = new("""
            providers: { farm: { kind: openai-compatible, base_url: "http://gpu:8000/v1" } }
            models:
              m: { deployments: [ { provider: farm } ], price: { input: "0.10", output: 0.3, batch: { input: "0.05" } } }
            """);
        PriceConfig price = folder.LoadClean().Models["m"].Price!;

        Assert.Equal((0.10m, 0.3m, 0.05m), (price.Input!.Value, price.Output!.Value, price.Batch!.Input!.Value));
        Assert.Null(price.Flex);
        Assert.Null(price.CachedInput);
    }

    [Fact]
    public void Words_that_old_yaml_took_for_truth_values_are_text()
    {
        using ConfigFolder folder = new("classify: [ { when: { key: no, model: on, header: { x-on: off } }, priority: low } ]");
        ClassifyCondition when = folder.LoadClean().Classify[0].When;

        Assert.Equal(("no", "on", "off"), (when.Key, when.Model, when.Header["X-On"]));
    }

    [Fact]
    public void A_few_aliases_are_fine()
    {
        using ConfigFolder folder = new("lanes: { batch: { seal: &seal { requests: 7 } } }\npriorities: { low: { seal: *seal } }\n");
        Assert.Equal(7, folder.LoadClean().Priorities.Low.Seal.Requests);
    }

    [Fact]
    public void Networks_are_read()
    {
        using ConfigFolder folder = new("delivery: { webhooks: { allow_private_networks: [10.1.0.0/16, \"fd00::/8\"] } }");
        Assert.Equal([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/8")], folder.LoadClean().Delivery.Webhooks.AllowPrivateNetworks);
    }

    [Fact]
    public void The_file_can_be_named_by_the_environment_and_must_then_exist()
    {
        using ConfigFolder folder = new();
        folder.Write("other/my.yaml", "hold: { max: 3m }");
        folder.Environment["LEEWAY_CONFIG"] = "other/my.yaml";
        Assert.Equal(TimeSpan.FromMinutes(3), folder.LoadClean().Hold.Max);

        folder.Environment["LEEWAY_CONFIG"] = "gone.yaml";
        Assert.StartsWith("gone.yaml: the file is not there", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_file_is_meant_from_the_file_that_names_it()
    {
        using ConfigFolder folder = new();
        folder.Write("etc/leeway.yaml", "prices: { file: prices.yaml }");
        folder.Write("etc/prices.yaml", "");
        folder.Environment["LEEWAY_CONFIG"] = "etc/leeway.yaml";
        Assert.Equal(folder.At("etc/prices.yaml"), folder.LoadClean().Prices.File);
    }

    [Theory]
    [InlineData("lanes: { batch: { seal: adaptive } }\n")]
    [InlineData("lanes: { batch: { seal: { mode: adaptive } } }\n")]
    public void The_word_adaptive_stands_for_sealing_with_that_mode(string yaml)
    {
        using ConfigFolder folder = new(yaml);
        SealConfig seal = folder.LoadClean().Lanes.Batch.Seal;
        Assert.Equal(new BatchLaneConfig().Seal with { Mode = SealMode.Adaptive }, seal);
    }

    [Fact]
    public void The_word_stands_in_the_environment_too_and_no_other_does()
    {
        using ConfigFolder folder = new("priorities: { standard: { seal: adaptive } }\n");
        folder.Environment["LEEWAY__LANES__BATCH__SEAL"] = "adaptive";
        LeewayConfig config = folder.LoadClean();
        Assert.Equal((SealMode.Adaptive, SealMode.Adaptive, 1000), (config.Lanes.Batch.Seal.Mode, config.Priorities.Standard.Seal.Mode, config.Priorities.Standard.Seal.Requests));
    }
}
