using System.Globalization;
using Leeway.Cli.Output;
using Leeway.Economics.Decisions;

namespace Leeway.Cli.Decisions;

/// <summary>Evidence and thresholds for people.</summary>
internal static class MeasureText
{
    public static string Of(double? value, MeasureUnit unit) => value is not { } known ? "?" : unit switch
    {
        MeasureUnit.Seconds => known < 60 ? Text($"{known:0.###}s") : TimeText.Of(TimeSpan.FromSeconds(known)),
        MeasureUnit.Share => Percent(known),
        MeasureUnit.Requests => Text($"{known:#,0.##}"),
        MeasureUnit.RequestsPerDay => Text($"{known:#,0.##}/day"),
        _ => known >= 1 ? "yes" : "no",
    };

    public static string Percent(double share) => Text($"{share * 100:0.####} %");

    public static string Name(ProfileInput input) => input switch
    {
        ProfileInput.RequestsPerDay => "volume",
        ProfileInput.RequestsPerBatch => "requests per batch",
        ProfileInput.CostWeight => "cost weight",
        ProfileInput.RevenueCritical => "revenue critical",
        ProfileInput.Urgent => "urgent share",
        _ => input.ToString().ToLowerInvariant(),
    };

    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Batch => "batch",
        Verdict.RealTime => "real time",
        _ => "hybrid",
    };

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
