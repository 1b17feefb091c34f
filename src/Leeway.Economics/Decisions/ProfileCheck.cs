using System.Globalization;

namespace Leeway.Economics.Decisions;

/// <summary>Refuses numbers that no workload has.</summary>
public static class ProfileCheck
{
    /// <summary>The most requests a day, or in a batch, that is taken for a number and not for a slip.</summary>
    public const double MostRequests = 1e12;

    /// <summary>The most tokens of one request.</summary>
    public const long MostTokens = 1_000_000_000;

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan MostLatency = TimeSpan.FromDays(366);

    /// <summary>What is wrong with <paramref name="profile"/>; empty when nothing is.</summary>
    public static IReadOnlyList<ProfileProblem> Of(WorkloadProfile profile)
    {
        var problems = new List<ProfileProblem>();
        if (profile.Latency < TimeSpan.Zero || profile.Latency > MostLatency)
        {
            problems.Add(new("latency", Text($"{profile.Latency.TotalSeconds} seconds is no wait that can be planned with"), "Give a duration from 0 to 366 days, such as 10m or 24h."));
        }

        Share("urgent", profile.Urgent);
        Share("predictability", profile.Predictability);
        Share("cost_weight", profile.CostWeight);
        Count("requests_per_day", profile.RequestsPerDay);
        Count("requests_per_batch", profile.RequestsPerBatch);
        if (profile.Tokens is { } tokens)
        {
            Tokens("input_tokens", tokens.Input);
            Tokens("cached_tokens", tokens.CachedInput);
            Tokens("output_tokens", tokens.Output);
            if (tokens.CachedInput > tokens.Input)
            {
                problems.Add(new("cached_tokens", Text($"{tokens.CachedInput} is more than the {tokens.Input} input tokens, which include them"), "Give input_tokens with the cached ones in it."));
            }
        }

        return problems;

        void Share(string field, double? value)
        {
            if (value is { } share && !(share >= 0 && share <= 1))
            {
                problems.Add(new(field, Text($"{share} is no share"), "Give a share from 0 to 1, or a percentage such as 10%."));
            }
        }

        void Count(string field, double? value)
        {
            if (value is { } count && !(count >= 0 && count <= MostRequests))
            {
                problems.Add(new(field, Text($"{count} is no number of requests"), Text($"Give a number from 0 to {MostRequests:0}.")));
            }
        }

        void Tokens(string field, long value)
        {
            if (value is < 0 or > MostTokens)
            {
                problems.Add(new(field, Text($"{value} is no number of tokens of one request"), Text($"Give a whole number from 0 to {MostTokens}.")));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
