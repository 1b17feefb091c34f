using System.Text.Json.Nodes;
using Leeway.Economics.Compute;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>One share or duration, or two with <c>..</c> between: <c>60%..90%</c>, <c>1s..3s</c>. Becomes a <see cref="Between"/>, durations in seconds.</summary>
internal sealed record BoundsKind(bool OfTime) : ScalarKind
{
    private const string Dots = "..";
    private static readonly DurationKind s_duration = new(Zero: true, Now: false);

    public override string Name => OfTime ? "a duration or two bounds of one" : "a share or two bounds of one";

    public override string Example => OfTime ? "1s..3s" : "60%..90%";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "number") };

    public override object? Parse(string text, out string why)
    {
        int dots = text.IndexOf(Dots, StringComparison.Ordinal);
        decimal? from = One(dots < 0 ? text : text[..dots].Trim(), out why);
        decimal? to = dots < 0 || from is null ? from : One(text[(dots + Dots.Length)..].Trim(), out why);
        if (from > to)
        {
            why = "the first bound is above the second";
            return null;
        }

        return from is { } least && to is { } most ? new Between(least, most) : null;
    }

    private decimal? One(string text, out string why) => !OfTime
        ? ShareKind.Read(text, out why)
        : s_duration.Parse(text, out why) is TimeSpan span ? (decimal)span.Ticks / TimeSpan.TicksPerSecond : null;
}
