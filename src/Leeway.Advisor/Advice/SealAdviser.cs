using System.Globalization;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>Batch sizes from rates, hours from the quiet ones.</summary>
internal static class SealAdviser
{
    private const int DefaultRequests = 1000;
    private const int DefaultLowRequests = 10_000;

    // The most that every provider of batches takes.
    private const int MostRequests = 50_000;
    private const long DefaultTokens = 2_000_000;
    private const int WindowHours = 4;
    private static readonly TimeSpan s_age = TimeSpan.FromMinutes(15);

    public static SealAdvice Advise(TraceProfile profile, IReadOnlyList<ClassAdvice> classes)
    {
        var why = new List<string>();
        double seconds = Math.Max(profile.Volume.SpanSeconds, 1);
        double peak = Peak(profile);

        double standard = Deferred(classes, low: false);
        double inAge = standard / seconds * peak * s_age.TotalSeconds;
        int standardRequests = Round(inAge, DefaultRequests);
        why.Add(Text($"standard: {inAge:0} deferrable requests in the busiest 15 minutes, so a batch is sealed by {(inAge < standardRequests ? "its age" : "its size")}"));

        double perDay = Deferred(classes, low: true) / seconds * 86400;
        int lowRequests = Round(perDay, DefaultLowRequests);
        why.Add(Text($"low: {perDay:0} deferrable requests a day"));

        long perRequest = profile.Volume.Requests > 0 ? (profile.Volume.InputTokens + profile.Volume.OutputTokens) / profile.Volume.Requests : 0;
        long tokens = Math.Max(DefaultTokens, (long)Math.Ceiling(perRequest * (double)standardRequests / 1_000_000) * 1_000_000);
        why.Add(Text($"tokens: {perRequest} per request, so the bound lets {standardRequests} requests pass"));
        return new SealAdvice(standardRequests, s_age, lowRequests, tokens, Window(profile, why), why);
    }

    private static double Deferred(IReadOnlyList<ClassAdvice> classes, bool low) =>
        classes.Where(advice => low == (advice.Deadline >= TimeSpan.FromHours(24))).Sum(advice => advice.Requests * advice.Deferrable.Mid);

    /// <summary>The busiest hour's rate over the mean rate.</summary>
    private static double Peak(TraceProfile profile) =>
        profile.Volume.RequestsPerSecond is > 0 and { } mean ? Math.Max(1, profile.Hours.Day.Max(hour => hour.RequestsPerSecond ?? 0) / mean) : 1;

    private static int Round(double requests, int least) =>
        requests <= least ? least : (int)Math.Min(MostRequests, Math.Ceiling(requests / 1000) * 1000);

    private static WindowConfig? Window(TraceProfile profile, List<string> why)
    {
        if (profile.Hours.PeakToTrough is null || profile.Volume.RelativeTime)
        {
            why.Add("window: the trace does not tell the hours of a whole day, so the usual night of 02:00 to 06:00 stands");
            return new WindowConfig { From = new TimeOnly(2, 0), To = new TimeOnly(6, 0) };
        }

        IReadOnlyList<HourLoad> day = profile.Hours.Day;
        int start = Enumerable.Range(0, day.Count).MinBy(first => Enumerable.Range(first, WindowHours).Sum(hour => day[hour % day.Count].RequestsPerSecond ?? 0));
        double share = Enumerable.Range(start, WindowHours).Sum(hour => day[hour % day.Count].RequestsPerSecond ?? 0) / day.Sum(hour => hour.RequestsPerSecond ?? 0);
        why.Add(Text($"window: the quietest {WindowHours} hours, with {share:0.0%} of the load of a day"));
        return new WindowConfig { From = new TimeOnly(start, 0), To = new TimeOnly((start + WindowHours) % 24, 0), Tz = "UTC" };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
