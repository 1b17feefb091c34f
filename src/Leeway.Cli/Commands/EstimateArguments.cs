using System.CommandLine;
using Leeway.Cli.Estimates;
using Leeway.Cli.Output;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Commands;

/// <summary>The arguments of <c>estimate</c> that describe one workload without a file.</summary>
internal sealed class EstimateArguments
{
    private const string WorkloadName = "requests";
    private static readonly Mark s_here = Mark.CommandLine(".");

    private readonly Option<string?> _requests = new("--requests") { Description = "How many: 10000/day, 500/hour, 2/second.", HelpName = "RATE" };
    private readonly Option<string?> _input = new("--input") { Description = "Tokens of a request.", HelpName = "TOKENS" };
    private readonly Option<string?> _output = new("--output") { Description = "Tokens of an answer.", HelpName = "TOKENS" };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Who answers." };
    private readonly Option<string?> _deadline = new("--deadline") { Description = "How long an answer may take: 2s, 12h.", HelpName = "SPAN" };
    private readonly Option<string?> _cacheable = new("--cacheable") { Description = "The part of the input with which all requests begin: 80%.", HelpName = "SHARE" };
    private readonly Option<string?> _cacheWrites = new("--cache-writes") { Description = "Requests that find the provider's cache cold: 24/day.", HelpName = "RATE" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "An instance kept running beside the API, or, with --capacity, instead of it.", HelpName = "INSTANCE" };
    private readonly Option<string?> _hours = new("--hours") { Description = "Hours a day that the endpoint runs. Default: 24.", HelpName = "HOURS" };
    private readonly Option<string?> _capacity = new("--capacity") { Description = "Requests that the endpoint answers by itself: 1200/hour.", HelpName = "RATE" };
    private readonly Option<string?> _month = new("--month") { Description = "How long a month is: 30d or 730h. Default: 30d.", HelpName = "LENGTH" };

    private IEnumerable<Option<string?>> All => [_requests, _input, _output, _model, _deadline, _cacheable, _cacheWrites, _endpoint, _hours, _capacity, _month];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether any was given.</summary>
    public bool AreGiven(ParseResult parsed) => All.Any(option => parsed.GetValue(option) is not null);

    /// <exception cref="CliFailure">Something is missing or cannot be read.</exception>
    public Scenario Read(ParseResult parsed, ScenarioLookup lookup)
    {
        Option<string?>[] missing = [.. new[] { _requests, _input, _output, _model }.Where(option => parsed.GetValue(option) is null)];
        if (missing.Length > 0)
        {
            throw new CliFailure(
                ExitCode.Usage, $"{string.Join(", ", missing.Select(option => option.Name))} {(missing.Length == 1 ? "is" : "are")} missing.", "Name a scenario file, or write --requests 10000/day --input 800 --output 200 --model gpt-4o.");
        }

        WrittenScenario written = Written(parsed, lookup);
        List<ConfigProblem> problems = [];
        Scenario scenario = new ScenarioBuilder(lookup, new Dictionary<string, Mark>(), s_here, problems).Build(written, "estimate");
        return problems.Count == 0 ? scenario : throw new CliFailure(ExitCode.Usage, string.Join("\n", problems), "Nothing was computed.");
    }

    private WrittenScenario Written(ParseResult parsed, ScenarioLookup lookup)
    {
        string model = parsed.GetValue(_model)!;
        var workload = new WrittenWorkload
        {
            Rate = Value<decimal>(parsed, _requests, ScenarioSchema.Rate)!.Value,
            Input = Value<int>(parsed, _input, ScenarioSchema.Tokens)!.Value,
            Output = Value<int>(parsed, _output, ScenarioSchema.Tokens)!.Value,
            Deadline = Value<TimeSpan>(parsed, _deadline, Kinds.Duration),
            Cacheable = Value<decimal>(parsed, _cacheable, ScenarioSchema.Share),
            CacheWrites = Value<decimal>(parsed, _cacheWrites, ScenarioSchema.Rate),
        };
        return new WrittenScenario
        {
            Month = Value<MonthLength>(parsed, _month, ScenarioSchema.Month) ?? MonthLength.Days30,
            Model = model,
            Workloads = new Dictionary<string, WrittenWorkload> { [WorkloadName] = workload },
            Options = Options(parsed, workload, lookup.Find(model)),
        };
    }

    private OrderedDictionary<string, IReadOnlyList<WrittenPart>> Options(ParseResult parsed, WrittenWorkload workload, ModelPrice? price)
    {
        static WrittenPart By(TokenLane lane, bool cached = false) => new() { Serve = WorkloadName, By = lane, Cached = cached ? true : null };
        var options = new OrderedDictionary<string, IReadOnlyList<WrittenPart>>(StringComparer.Ordinal);
        WrittenPart? endpoint = parsed.GetValue(_endpoint) is { } instance
            ? new WrittenPart { Endpoint = instance, Hours = Value<decimal>(parsed, _hours, ScenarioSchema.Hours) }
            : null;
        if (endpoint is null && (parsed.GetValue(_hours) ?? parsed.GetValue(_capacity)) is not null)
        {
            throw new CliFailure(ExitCode.Usage, "--hours and --capacity go with --endpoint.", "Name the instance, such as --endpoint ml.g5.xlarge.");
        }

        if (endpoint is not null)
        {
            options[$"real time and {endpoint.Endpoint}"] = [By(TokenLane.RealTime), endpoint];
            if (Value<decimal>(parsed, _capacity, ScenarioSchema.Rate) is { } capacity)
            {
                options[$"{endpoint.Endpoint} alone"] = [endpoint with { Serve = WorkloadName, Capacity = capacity }];
            }
        }

        options["real time"] = [By(TokenLane.RealTime)];
        if (workload.Cacheable is not null)
        {
            options["real time, prefix cached"] = [By(TokenLane.RealTime, cached: true)];
        }

        if (price?.Flex is not null)
        {
            options["flex"] = [By(TokenLane.Flex)];
        }

        options["batch"] = [By(TokenLane.Batch)];
        if (workload.Cacheable is not null && price?.Batch?.CachedInput is not null)
        {
            options["batch, prefix cached"] = [By(TokenLane.Batch, cached: true)];
        }

        return options;
    }

    private static T? Value<T>(ParseResult parsed, Option<string?> option, ScalarKind kind)
        where T : struct
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        return kind.Parse(text, out string why) is { } value
            ? (T)value
            : throw new CliFailure(ExitCode.Usage, $"{option.Name}: '{Plain.Line(text)}' is not {kind.Name}{(why.Length > 0 ? $": {why}" : "")}.", $"Write it like {kind.Example}.");
    }
}
