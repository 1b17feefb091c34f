using System.Globalization;
using System.Text.Json.Nodes;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>A part of a whole, <c>80%</c> or <c>0.8</c>. Becomes a decimal from 0 to 1.</summary>
internal sealed record ShareKind : ScalarKind
{
    public override string Name => "a share";

    public override string Example => "80%";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "number"), ["pattern"] = "^[0-9.]+%?$" };

    public override object? Parse(string text, out string why) => Read(text, out why);

    public override string Format(object value) => ((decimal)value * 100).ToString(CultureInfo.InvariantCulture) + "%";

    public static decimal? Read(string text, out string why)
    {
        if (text.EndsWith('%'))
        {
            return NumberText.Parse(text[..^1], 0, 100, out why) / 100;
        }

        decimal? share = NumberText.Parse(text, 0, 1, out why);
        why = share is null && why.Length > 0 && !text.StartsWith('-') ? $"the most is 1; {text} per cent is written {text}%" : why;
        return share;
    }
}
