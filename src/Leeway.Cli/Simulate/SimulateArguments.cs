using System.CommandLine;
using System.Globalization;
using Leeway.Simulation;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Cli.Simulate;

/// <summary>The options of <c>leeway simulate</c>, and what they mean.</summary>
internal sealed class SimulateArguments
{
    private readonly Argument<string[]> _traces = new("trace")
    {
        Description = "Everything that leeway advise reads: CSV, JSONL, JSON or Parquet, also packed by gzip; a ServeGen archive.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _model = new("--model") { Description = "The model that all requests ask for. Default: the configuration's first, else gpt-5-mini." };
    private readonly Option<string[]> _map = new("--map") { Description = "What the columns mean, as for leeway advise.", HelpName = "field=column,…" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Requests per second, for a file of lengths without times.", HelpName = "N" };
    private readonly Option<int?> _requests = new("--requests") { Description = "How many requests: the trace is repeated or cut. Default: as many as it has.", HelpName = "N" };
    private readonly Option<double> _scale = new("--scale") { Description = "How many times as fast as the trace was.", DefaultValueFactory = static _ => 1 };

    private readonly Option<string> _deadlines = new("--deadlines")
    {
        Description = "Deadlines with their parts of the traffic.",
        DefaultValueFactory = static _ => "15m:20,1h:30,24h:50",
        HelpName = "15m:20,1h:30,24h:50",
    };

    private readonly Option<string> _law = new("--law")
    {
        Description = "How long batches take: healthy, degraded, switching, stall, mixed, or a file with one observed turnaround in seconds a line ('never' for one that expired).",
        DefaultValueFactory = static _ => "healthy",
        HelpName = "LAW|FILE",
    };

    private readonly Option<string> _flex = new("--flex") { Description = "The flex tier: open, closed for a share of the time such as 10%, or off.", DefaultValueFactory = static _ => "open", HelpName = "open|10%|50%|off" };
    private readonly Option<string[]> _latency = new("--latency") { Description = "LLMPerf's files of single calls, or a folder of them. Default: an assumed law.", HelpName = "FILE…", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double?> _headRoom = new("--head-room") { Description = "Real-time calls that the provider takes per second. Default: any number.", HelpName = "N" };
    private readonly Option<string?> _policy = new("--policy") { Description = $"Policies to compare: {string.Join(", ", SimulatedPolicy.All.Select(static policy => policy.Name))}. Default: all.", HelpName = "NAME,…" };
    private readonly Option<int> _seed = new("--seed") { Description = "Of everything that is drawn; the same seed gives the same bytes.", DefaultValueFactory = static _ => 1 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "How many seeds, from --seed on; the table shows their spread.", DefaultValueFactory = static _ => 1 };

    public Option<string?> Html { get; } = new("--html") { Description = "Write the comparison as a page: one file that needs no network.", HelpName = "report.html" };

    public void AddTo(Command command)
    {
        command.Add(_traces);
        foreach (Option option in new Option[] { _model, _map, _rate, _requests, _scale, _deadlines, _law, _flex, _latency, _headRoom, _policy, _seed, _seeds, Html })
        {
            command.Add(option);
        }
    }

    /// <exception cref="FormatException">A value has another form.</exception>
    /// <exception cref="TraceException">The trace cannot be read.</exception>
    public SimulationOptions Read(ParseResult parsed, string folder, LeewayConfig config, IPriceCatalog prices, CancellationToken cancellationToken)
    {
        string[] files = [.. parsed.GetValue(_traces)!.Select(file => Path.GetFullPath(file, folder))];
        int seed = parsed.GetValue(_seed);
        var reading = new TraceOptions { Map = Advise.ColumnOption.Read(parsed.GetValue(_map) ?? []), Prices = prices, PricesAt = Simulator.Start, Seed = seed };
        string law = parsed.GetValue(_law)!;
        string[]? observed = Simulator.Laws.Contains(law) ? null
            : File.Exists(Path.GetFullPath(law, folder)) ? File.ReadAllLines(Path.GetFullPath(law, folder))
            : throw new FormatException($"--law: '{law}' is neither {string.Join(", ", Simulator.Laws)} nor a file.");
        int? requests = AboveZero("--requests", parsed.GetValue(_requests));
        double? rate = AboveZero("--rate", parsed.GetValue(_rate)), headRoom = AboveZero("--head-room", parsed.GetValue(_headRoom));
        double scale = AboveZero<double>("--scale", parsed.GetValue(_scale))!.Value;
        int seeds = AboveZero<int>("--seeds", parsed.GetValue(_seeds))!.Value;
        IReadOnlyList<DeadlineClass> deadlines = DeadlineClass.ParseMix(parsed.GetValue(_deadlines)!);
        double? flex = Flex(parsed.GetValue(_flex)!);
        IReadOnlyList<SimulatedPolicy> policies = parsed.GetValue(_policy) is { } names ? SimulatedPolicy.Parse(names) : SimulatedPolicy.All;
        (_, IReadOnlyList<TraceRequest> trace) = TraceRequests.Read(files, reading, rate, cancellationToken);
        return new SimulationOptions
        {
            Config = config,
            Prices = prices,
            Model = parsed.GetValue(_model),
            Trace = (string.Join(", ", files.Select(Path.GetFileName)), trace),
            Requests = requests,
            Scale = scale,
            Deadlines = deadlines,
            Law = observed is null ? law : Path.GetFileName(law),
            Observed = observed,
            FlexClosed = flex,
            Latencies = [.. Latencies(parsed.GetValue(_latency) ?? [], folder)],
            HeadRoom = headRoom,
            Policies = policies,
            Seeds = [.. Enumerable.Range(seed, seeds)],
        };
    }

    private static double? Flex(string text) => text switch
    {
        "open" => 0,
        "off" => null,
        _ => text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is >= 0 and < 100
            ? percent / 100
            : throw new FormatException($"--flex: '{text}' is not open, off, or a percentage below 100 such as 10%."),
    };

    private static T? AboveZero<T>(string option, T? value)
        where T : struct, IComparable<T> => value is null || value.Value.CompareTo(default) > 0 ? value : throw new FormatException($"{option}: '{value}' is not above zero.");

    private static IEnumerable<string> Latencies(IEnumerable<string> given, string folder) => given
        .Select(path => Path.GetFullPath(path, folder))
        .SelectMany(IEnumerable<string> (path) => Directory.Exists(path) ? Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal) : [path])
        .Select(path => File.Exists(path) ? File.ReadAllText(path) : throw new FormatException($"--latency: {path} does not exist."));
}
