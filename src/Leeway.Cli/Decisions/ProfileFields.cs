using System.Globalization;
using Leeway.Classification;
using Leeway.Cli.Output;
using Leeway.Economics.Decisions;

namespace Leeway.Cli.Decisions;

/// <summary>A profile as people write it, field by field: the same texts in options and in files.</summary>
internal sealed class ProfileFields
{
    private static readonly (string Unit, double PerDay)[] s_rates =
        [("s", 86_400), ("second", 86_400), ("min", 1440), ("minute", 1440), ("h", 24), ("hour", 24), ("day", 1), ("night", 1), ("week", 1 / 7.0), ("month", 1 / 30.0)];

    private readonly Dictionary<string, (string Text, string Origin)> _fields = new(StringComparer.Ordinal);

    /// <summary>Every field, as a file names it; an option is <c>--</c> and the name with hyphens.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "latency", "urgent", "volume", "requests_per_batch", "predictability", "cost_weight", "revenue_critical", "model", "input_tokens", "cached_tokens", "output_tokens",
    ];

    public bool IsEmpty => _fields.Count == 0;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="text">As written.</param>
    /// <param name="origin">Where, for messages: an option, or a place in a file.</param>
    public void Set(string name, string text, string origin) => _fields[name] = (text, origin);

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>The profile.</summary>
    /// <exception cref="CliFailure">A text that is no value of its field, or a field that must be there and is not.</exception>
    public WorkloadProfile ToProfile(TimeProvider clock)
    {
        long? input = Tokens("input_tokens");
        long? output = Tokens("output_tokens");
        long? cached = Tokens("cached_tokens");
        if ((input is null) != (output is null) || (cached is not null && input is null))
        {
            throw Fail(input is null ? "input_tokens" : "output_tokens", "is missing", "Give input_tokens and output_tokens together (cached_tokens may be left out), or none of them.");
        }

        var profile = new WorkloadProfile
        {
            Latency = Latency(clock),
            Urgent = Read("urgent", Share) ?? 0,
            RequestsPerDay = Read("volume", Rate),
            RequestsPerBatch = Read("requests_per_batch", Number),
            Predictability = Read("predictability", Predictability),
            CostWeight = Read("cost_weight", Share),
            RevenueCritical = Read("revenue_critical", YesOrNo),
            Model = _fields.TryGetValue("model", out (string Text, string Origin) model) ? model.Text.Trim() : null,
            Tokens = input is { } inTokens ? new TokenUsage(inTokens, cached ?? 0, 0, output!.Value, 0) : null,
        };
        return ProfileCheck.Of(profile) is [ProfileProblem problem, ..]
            ? throw Fail(problem.Field == "requests_per_day" ? "volume" : problem.Field, problem.Message, problem.Remedy)
            : profile;
    }

    private TimeSpan Latency(TimeProvider clock)
    {
        if (!_fields.TryGetValue("latency", out (string Text, string Origin) field))
        {
            throw Fail("latency", "is missing", "Say how long a result may take that nobody waits for, such as --latency 10m; or run 'leeway decide' in a terminal and answer its questions.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        DeadlineReading reading = DeadlineParser.Parse(field.Text, now, TimeZoneInfo.Utc, ProfileCheck.MostLatency);
        return reading.Ok && !field.Text.Contains(':', StringComparison.Ordinal) && !field.Text.Contains('-', StringComparison.Ordinal)
            ? reading.At - now
            : throw Fail("latency", $"'{Plain.Line(field.Text)}' is no wait", "Write now, or a duration of up to 366 days such as 2s, 10m or 24h.");
    }

    private long? Tokens(string name) => Read(name, Number) is not { } number ? null
        : number >= 0 && number <= ProfileCheck.MostTokens && double.IsInteger(number) ? (long)number
        : throw Fail(name, $"'{Plain.Line(_fields[name].Text)}' is no number of tokens of one request", $"Give a whole number from 0 to {ProfileCheck.MostTokens}.");

    private T? Read<T>(string name, Func<string, string, T> read)
        where T : struct => _fields.TryGetValue(name, out (string Text, string Origin) field) ? read(name, field.Text.Trim()) : null;

    private double Share(string name, string text)
    {
        bool percent = text.EndsWith('%');
        return TryNumber(percent ? text[..^1].TrimEnd() : text, out double value)
            ? percent ? value / 100 : value
            : throw Fail(name, $"'{Plain.Line(text)}' is no share", "Write a share from 0 to 1, or a percentage such as 10%.");
    }

    private double Predictability(string name, string text) => text switch
    {
        "predictable" => 1,
        "unpredictable" => 0,
        _ => Share(name, text),
    };

    private double Rate(string name, string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string unit = slash < 0 ? "day" : text[(slash + 1)..].Trim();
        double perDay = Array.Find(s_rates, rate => rate.Unit == unit).PerDay;
        return perDay > 0 && TryNumber(slash < 0 ? text : text[..slash], out double count)
            ? count * perDay
            : throw Fail(name, $"'{Plain.Line(text)}' is no rate", "Write requests and a unit (s, min, hour, day, week, month), such as 20000/day.");
    }

    private double Number(string name, string text) =>
        TryNumber(text, out double value) ? value : throw Fail(name, $"'{Plain.Line(text)}' is no number", "Write digits, such as 250.");

    private bool YesOrNo(string name, string text) => text switch
    {
        "yes" or "true" or "True" => true,
        "no" or "false" or "False" => false,
        _ => throw Fail(name, $"'{Plain.Line(text)}' is neither yes nor no", "Write yes or no."),
    };

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    private CliFailure Fail(string name, string message, string remedy) =>
        new(ExitCode.Usage, $"{(_fields.TryGetValue(name, out (string Text, string Origin) field) ? field.Origin : Option(name))}: {message}; nothing was decided.", remedy) { Code = "bad_profile" };

    /// <summary>The option of a field.</summary>
    public static string Option(string name) => "--" + name.Replace('_', '-');
}
