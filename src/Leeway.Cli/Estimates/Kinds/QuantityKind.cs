using System.Globalization;
using System.Text.Json.Nodes;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>A decimal within bounds.</summary>
internal sealed record QuantityKind(string What, string Shown, decimal Least, decimal Most) : ScalarKind
{
    public override string Name => What;

    public override string Example => Shown;

    public override JsonObject Schema => new() { ["type"] = "number", ["minimum"] = (double)Least, ["maximum"] = (double)Most };

    public override object? Parse(string text, out string why) => NumberText.Parse(text, Least, Most, out why);

    public override string Format(object value) => ((decimal)value).ToString(CultureInfo.InvariantCulture);
}
