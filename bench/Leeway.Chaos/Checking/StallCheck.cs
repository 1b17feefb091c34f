using System.Globalization;
using Leeway.Chaos.Troubles;

namespace Leeway.Chaos.Checking;

/// <summary>The longest time in which nothing ended although something was open.</summary>
internal static class StallCheck
{
    public static void Run(Evidence evidence, TroubleLog troubles, DateTimeOffset began, Findings findings)
    {
        DateTimeOffset[] accepted = [.. evidence.Requests.Values.Select(seen => seen.AcceptedAt).Order()];
        DateTimeOffset[] ended = [.. evidence.Requests.Values.Where(seen => seen.FinishedAt is not null).Select(seen => seen.FinishedAt!.Value).Order()];
        (TimeSpan Length, DateTimeOffset From) longest = default;
        int arrived = 0;
        DateTimeOffset before = DateTimeOffset.MinValue;
        for (int gone = 0; gone < ended.Length; gone++)
        {
            // Open since the last end, or since the first that came after it.
            DateTimeOffset since = gone < arrived ? before : arrived < accepted.Length ? accepted[arrived] : ended[gone];
            since = since < before ? before : since;
            if (ended[gone] - since > longest.Length)
            {
                longest = (ended[gone] - since, since);
            }

            before = ended[gone];
            while (arrived < accepted.Length && accepted[arrived] <= before)
            {
                arrived++;
            }
        }

        string during = string.Join(", ", troubles.During(longest.From, longest.From + longest.Length).Select(one => one.Trouble.Kind).Distinct());
        findings.Count("longest stall", string.Create(CultureInfo.InvariantCulture, $"{longest.Length.TotalSeconds:0.0} s, from {(longest.From - began).TotalSeconds:0} s{(during.Length > 0 ? $", during {during}" : "")}"));
    }
}
