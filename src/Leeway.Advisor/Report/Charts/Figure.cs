namespace Leeway.Advisor.Report.Charts;

/// <summary>A chart with what is said about it.</summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Caption">What to see in it, with the figures: whoever cannot see the drawing reads this.</param>
/// <param name="Legend">What the colours mean; empty when the axes say it all.</param>
/// <param name="Drawing">Null when the trace does not tell what the chart needs; the caption says so.</param>
internal sealed record Figure(string Id, string Title, string Caption, IReadOnlyList<(Tone Tone, string Words)> Legend, Markup? Drawing)
{
    /// <summary>In place of a chart for which something is missing.</summary>
    public static Figure Missing(string id, string title, string why) => new(id, title, why, [], null);

    /// <summary>Drawn over both columns.</summary>
    public bool Wide { get; init; }
}
