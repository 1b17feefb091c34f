using System.Globalization;
using System.Text.Json.Nodes;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>USD per request, hour, day or month: <c>200/month</c>.</summary>
internal sealed record PeriodicAmountKind : ScalarKind
{
    public override string Name => "an amount in USD per request, hour, day or month";

    public override string Example => "200/month";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^[0-9][0-9_.]*/(request|hour|day|month)$" };

    public override object? Parse(string text, out string why)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        FixedPeriod? per = slash < 0 ? null : text[(slash + 1)..] switch
        {
            "request" => FixedPeriod.Request,
            "hour" => FixedPeriod.Hour,
            "day" => FixedPeriod.Day,
            "month" => FixedPeriod.Month,
            _ => null,
        };
        if (per is not { } period)
        {
            why = "say per what: /request, /hour, /day or /month";
            return null;
        }

        return NumberText.Parse(text[..slash], 0, ScenarioLimits.Usd, out why) is { } amount ? new PeriodicAmount(amount, period) : null;
    }

    public override string Format(object value) => value is PeriodicAmount amount
        ? $"{amount.Usd.ToString(CultureInfo.InvariantCulture)}/{amount.Per.ToString().ToLowerInvariant()}"
        : throw new ArgumentException("Not such an amount.", nameof(value));
}

/// <summary>USD for each request, hour, day or month.</summary>
internal sealed record PeriodicAmount(decimal Usd, FixedPeriod Per);
