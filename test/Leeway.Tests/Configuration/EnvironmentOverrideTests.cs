using System.Globalization;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Tests.Configuration;

public sealed class EnvironmentOverrideTests
{
    /// <summary>Holds every optional part, so that each leaf can be set alone.</summary>
    private const string Full = """
        providers:
          openai: { kind: openai-compatible, base_url: "http://gpu:8000/v1", storage: { url: "s3://bucket" } }
        models:
          gpt-4o:
            deployments: [ { provider: openai, price: { input: 1, output: 1, batch: {}, flex: {}, priority: {}, off_peak: { window: { from: "01:00", to: "02:00" }, batch: {}, flex: {}, priority: {} } } } ]
            fallbacks: [other-model]
            price: { input: 1, output: 1, batch: {}, flex: {}, priority: {}, off_peak: { window: { from: "01:00", to: "02:00" }, batch: {}, flex: {}, priority: {} } }
          other-model: { deployments: [ { provider: openai } ] }
        priorities:
          urgent: { window: { from: "01:00", to: "02:00" } }
          standard: { window: { from: "01:00", to: "02:00" } }
        classify:
          - { when: { path: /a, header: { x-team: a }, hours: { from: "01:00", to: "02:00" } }, priority: low }
          - { when: { path: /a, hours: { from: "01:00", to: "02:00" } }, deadline: 2h }
        delivery: { webhooks: { allow_private_networks: [10.0.0.0/8] } }
        """;

    public static TheoryData<string> Leaves => [.. SchemaLeaf.All().Select(leaf => leaf.ToString())];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_leaf_of_the_schema_can_be_overridden_by_environment(string path)
    {
        SchemaLeaf leaf = SchemaLeaf.All().Single(leaf => leaf.ToString() == path);
        // A rule says either priority or deadline: the second rule of the file is there for the deadline.
        leaf = path == "classify.0.deadline" ? leaf.AtPosition(1) : leaf;
        string name = "LEEWAY__" + string.Join("__", leaf.Segments.Select(Spell));
        using ConfigFolder folder = new(Full);
        if (leaf.Example.StartsWith("${env:", StringComparison.Ordinal))
        {
            folder.Environment[leaf.Example[6..^1]] = path == "storage.connection" ? "Host=db" : "sk-test-of-the-operator";
        }

        folder.Write("prices.json", "");
        foreach ((string other, string value) in Companions(path))
        {
            folder.Environment[other] = value;
        }

        folder.Environment[name] = leaf.Example;
        // Where two settings bind each other, the other one makes room.
        folder.Environment["LEEWAY__PROVIDERS__OPENAI__TIMEOUTS__TOTAL"] = "15m";
        if (path == "providers.openai.kind")
        {
            folder.Environment["LEEWAY__PROVIDERS__OPENAI__API_KEY"] = "sk-test";
        }

        if (path is "storage.kind" or "storage.connection")
        {
            folder.Environment["LEEWAY__STORAGE__KIND"] = "postgres";
            folder.Environment["LEEWAY__STORAGE__CONNECTION"] = "${env:LEEWAY_DB}";
            folder.Environment["LEEWAY_DB"] = "Host=db";
        }

        ConfigResult result = folder.Load();

        Assert.Empty(result.Problems);
        Assert.Equal($"env {name}", result.Origins[Written(leaf)]);
        object? expected = leaf.Kind.Parse(leaf.Example, out _);
        object? actual = Read(LeewaySchema.Root, result.Config!, leaf.Segments);
        if (leaf.Kind.IsSecret)
        {
            Assert.Equal(folder.Environment[leaf.Example[6..^1]], ((Secret)actual!).Reveal());
        }
        else if (leaf.Kind.IsPath)
        {
            Assert.EndsWith((string)expected!, (string)actual!, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    // What a part must have beside the leaf before it stands for anything.
    private static IEnumerable<(string Name, string Value)> Companions(string path)
    {
        if (path.StartsWith("queues.requests.", StringComparison.Ordinal))
        {
            yield return ("LEEWAY__QUEUES__REQUESTS__KIND", path == "queues.requests.subscription" ? "pubsub" : "sqs");
            yield return ("LEEWAY__QUEUES__REQUESTS__RESULTS", "projects/my-project/topics/results");
            yield return ("LEEWAY__QUEUES__REQUESTS__PROJECT", "my-project");
        }

        if (path.StartsWith("queues.requests.objects.", StringComparison.Ordinal))
        {
            yield return ("LEEWAY__QUEUES__REQUESTS__OBJECTS__URL", "s3://bucket");
        }

        // Mail is off, and its other settings stand alone, until one of these is set.
        if (path is "delivery.mail.host" or "delivery.mail.from" or "delivery.mail.username")
        {
            yield return ("LEEWAY__DELIVERY__MAIL__HOST", "smtp.example.com");
            yield return ("LEEWAY__DELIVERY__MAIL__FROM", "leeway@example.com");
        }

        if (path == "delivery.mail.username")
        {
            yield return ("LEEWAY__DELIVERY__MAIL__PASSWORD", "secret-of-the-operator");
        }
    }

    [Fact]
    public void Every_example_differs_from_the_default_unless_there_is_one_choice_only()
    {
        foreach (SchemaLeaf leaf in SchemaLeaf.All())
        {
            bool onlyChoice = leaf.Kind.Words.Count == 1 || leaf.Kind is IntegerKind { Min: 1, Max: 1 } || leaf.ToString() is "providers.openai.kind" or "queues.requests.kind";
            Assert.True(onlyChoice || !Equals(leaf.Kind.Parse(leaf.Example, out _), leaf.Default), leaf.ToString());
        }
    }

    [Fact]
    public void A_list_or_a_map_can_be_set_as_a_whole()
    {
        using ConfigFolder folder = new(Full);
        folder.Environment["LEEWAY__DELIVERY__WEBHOOKS__SCHEDULE"] = "[0s, 9s]";
        folder.Environment["LEEWAY__PRIORITIES__LOW__WINDOW"] = "none";
        folder.Environment["LEEWAY__PRIORITIES__URGENT__WINDOW"] = "{ from: 03:00, to: 04:00 }";
        LeewayConfig config = folder.LoadClean();

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(9)], config.Delivery.Webhooks.Schedule);
        Assert.Empty(config.Priorities.Low.Windows);
        Assert.Equal(new TimeOnly(3, 0), config.Priorities.Urgent.Windows[0].From);
    }

    [Fact]
    public void A_default_list_can_be_changed_in_one_place_and_grown()
    {
        using ConfigFolder folder = new();
        folder.Environment["LEEWAY__DELIVERY__WEBHOOKS__SCHEDULE__10"] = "48h";
        folder.Environment["LEEWAY__DELIVERY__WEBHOOKS__SCHEDULE__1"] = "6s";
        IReadOnlyList<TimeSpan> schedule = folder.LoadClean().Delivery.Webhooks.Schedule;

        Assert.Equal(11, schedule.Count);
        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromHours(48)), (schedule[1], schedule[10]));
    }

    [Fact]
    public void A_whole_gateway_can_be_described_by_environment_alone()
    {
        using ConfigFolder folder = new();
        folder.Environment["LEEWAY__PROVIDERS__FARM__KIND"] = "openai-compatible";
        folder.Environment["LEEWAY__PROVIDERS__FARM__BASE_URL"] = "http://gpu:8000/v1";
        folder.Environment["LEEWAY__MODELS__qwen__DEPLOYMENTS__0__PROVIDER"] = "farm";
        folder.Environment["LEEWAY__MODELS__qwen__DEPLOYMENTS__0__MODEL"] = "qwen3:8b";
        folder.Environment["LEEWAY__MODELS__qwen__DEPLOYMENTS__1__PROVIDER"] = "farm";

        Assert.Equal(["qwen3:8b", "qwen"], folder.LoadClean().Models["qwen"].Deployments.Select(deployment => deployment.Model));
    }

    [Theory]
    [InlineData("LEEWAY__SERVER__LISTNE", "1", "env LEEWAY__SERVER__LISTNE server.LISTNE: unknown key 'LISTNE'; did you mean 'listen'?")]
    [InlineData("LEEWAY__HOLD__MAX", "soon", "env LEEWAY__HOLD__MAX hold.max: 'soon' is not a duration; write it like 5m")]
    [InlineData("LEEWAY__HOLD__MAX", "", "env LEEWAY__HOLD__MAX hold.max: needs a value: a duration")]
    [InlineData("LEEWAY__HOLD__MAX__MORE", "1m", "env LEEWAY__HOLD__MAX__MORE hold.max: is a single value; 'MORE' leads past it")]
    [InlineData("LEEWAY__CLASSIFY__3__PRIORITY", "low", "env LEEWAY__CLASSIFY__3__PRIORITY classify: '3' is not a position in this list; positions run from 0; 2 adds one")]
    [InlineData("LEEWAY__HOLD", "", "env LEEWAY__HOLD hold: needs a value: a map")]
    [InlineData("LEEWAY__HOLD", "[1", "env LEEWAY__HOLD:2:1: not YAML")]
    public void A_variable_that_fits_nowhere_is_an_error(string name, string value, string expected)
    {
        using ConfigFolder folder = new(Full);
        folder.Environment[name] = value;
        Assert.StartsWith(expected, folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_that_could_mean_two_names_is_an_error()
    {
        using ConfigFolder folder = new("""
            providers: { farm: { kind: openai-compatible, base_url: "http://gpu:8000/v1" } }
            models:
              gpt-4.1: { deployments: [ { provider: farm } ] }
              gpt-4-1: { deployments: [ { provider: farm } ] }
            """);
        folder.Environment["LEEWAY__MODELS__GPT_4_1__DEPLOYMENTS__0__RPM"] = "5";
        Assert.EndsWith("models: 'GPT_4_1' could be gpt-4.1 or gpt-4-1; set it in a file", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold..max")]
    [InlineData("hold.")]
    [InlineData("models.\"x")]
    [InlineData("classify[0")]
    [InlineData("")]
    public void A_command_line_path_that_is_none_is_an_error(string path)
    {
        using ConfigFolder folder = new();
        folder.Overrides[path] = "1m";
        Assert.Contains("is not a path", folder.LoadProblem(), StringComparison.Ordinal);
    }

    private static string Spell(string segment) => segment.ToUpperInvariant().Replace('-', '_');

    /// <summary>As it is written in origins.</summary>
    private static string Written(SchemaLeaf leaf) => leaf.Segments.Aggregate("", (path, segment) =>
        int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? ConfigPath.Item(path, index) : ConfigPath.Child(path, segment));

    private static object? Read(Shape shape, object value, IReadOnlyList<string> segments) => segments.Count == 0 ? value : shape switch
    {
        RecordShape record when record.Fields.Single(field => field.Name == segments[0]) is { } field =>
            field.Get(value) is { } inner ? Read(field.Shape, inner, [.. segments.Skip(1)]) : null,
        MapShape map => Read(map.Value, map.Entries(value).Single(entry => entry.Key == segments[0]).Value, [.. segments.Skip(1)]),
        ListShape { OneOrMany: true } list => Read(list.Element, list.Items(value).Single(), segments),
        ListShape list => Read(list.Element, list.Items(value).ElementAt(int.Parse(segments[0], CultureInfo.InvariantCulture)), [.. segments.Skip(1)]),
        _ => throw new InvalidOperationException(),
    };
}
