using System.Globalization;
using System.Text.Json.Nodes;
using Leeway.Economics.Scenarios;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>So many a day, hour, minute or second: <c>10_000/day</c>. Becomes a decimal per day.</summary>
internal sealed record RateKind : ScalarKind
{
    private static readonly (string Word, decimal PerDay)[] s_periods = [("day", 1), ("hour", 24), ("minute", 1440), ("second", 86400), ("d", 1), ("h", 24), ("min", 1440), ("s", 86400)];

    public override string Name => "a rate";

    public override string Example => "10_000/day";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^[0-9][0-9_.]*/(day|hour|minute|second)$" };

    public override object? Parse(string text, out string why)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        (string _, decimal perDay) = slash < 0 ? default : s_periods.FirstOrDefault(period => period.Word == text[(slash + 1)..].Trim());
        if (perDay == 0)
        {
            why = "say per what: /day, /hour, /minute or /second";
            return null;
        }

        return NumberText.Parse(text[..slash], 0, ScenarioLimits.RequestsPerDay / perDay, out why) is { } number ? number * perDay : null;
    }

    public override string Format(object value) => ((decimal)value).ToString(CultureInfo.InvariantCulture) + "/day";
}
