using System.Globalization;

namespace Leeway.Load.Reporting;

/// <summary>A target on a ratio.</summary>
internal sealed record Must(string What, Spread Ratio, double Limit, bool AtMost, bool Counts = true)
{
    public bool Holds => AtMost ? Ratio.Median <= Limit : Ratio.Median >= Limit;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {What} | {(AtMost ? "≤" : "≥")} {Limit:0.0#} | {Ratio.Text("0.00")} | {(Holds ? "holds" : Counts ? "**missed**" : "missed (quiet machine only)")} |");
}
