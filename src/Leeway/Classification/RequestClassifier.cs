using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Leeway.Classification;

/// <summary>Decides a request's priority and deadline from what it says, else from what the operator says. Pure but for the clock.</summary>
/// <remarks>A request that says nothing, without rules, costs no allocation.</remarks>
public sealed class RequestClassifier(IConfigSource config, TimeProvider time)
{
    /// <summary>Hears the signals in order of rank; the first that says something decides, and those below it are not read.</summary>
    /// <param name="signals">As found by the ingress.</param>
    /// <param name="path">The request path, without a <c>/by/{value}</c> base.</param>
    /// <param name="model">The model asked for, without suffix.</param>
    /// <param name="caller">The label of the caller's key.</param>
    /// <param name="header">A request header's value by name, null when absent; asked only for rules that look at headers.</param>
    /// <param name="classified">The verdict; default when refused.</param>
    /// <param name="problem">Why the request is refused.</param>
    public bool TryClassify(
        in RequestSignals signals,
        string path,
        string model,
        string caller,
        Func<string, string?> header,
        out Classified classified,
        [NotNullWhen(false)] out ClassificationProblem? problem)
    {
        LeewayConfig current = config.Current;
        var hearing = new SignalReader(current, time.GetUtcNow(), time.LocalTimeZone);
        classified = default;
        if (!TryReadLane(signals.LaneHeader, out Lane? pinned, out problem)
            || !TryReadMaxCost(signals.MaxCostHeader, out decimal? maxCost, out problem))
        {
            return false;
        }

        Classified? said = Said(in signals, in hearing, out problem);
        if (problem is not null)
        {
            return false;
        }

        classified = (said ?? ByRule(current, in hearing, path, model, caller, header) ?? ByDefault(current, in hearing)) with
        {
            Pinned = pinned,
            MaxCost = maxCost,
        };
        return true;
    }

    private static Classified? Said(in RequestSignals signals, in SignalReader hearing, out ClassificationProblem? problem)
    {
        // 1. Headers.
        Classified? said = hearing.DeadlineAndPriority(
            ("Leeway-Deadline", signals.DeadlineHeader),
            ("Offpeak-Deadline", signals.OffpeakDeadlineHeader),
            ("Leeway-Priority", signals.PriorityHeader),
            out problem);
        if (said is not null || problem is not null)
        {
            return said;
        }

        // 2. Base path.
        if (signals.PathValue is { } inPath)
        {
            return hearing.Either("path", inPath, null, out problem);
        }

        // 3. Model suffix.
        if (signals.ModelSuffix is { } suffix)
        {
            return hearing.Either("model suffix", suffix, "invalid_model_suffix", out problem);
        }

        // 4. Metadata.
        said = hearing.DeadlineAndPriority(
            ("metadata.leeway_deadline", signals.MetadataDeadline),
            default,
            ("metadata.leeway_priority", signals.MetadataPriority),
            out problem);
        if (said is not null || problem is not null)
        {
            return said;
        }

        // 5. Service tier: one that promises no speed and no discount says nothing about the deadline.
        switch (signals.ServiceTier)
        {
            case "priority" or "fast":
                return hearing.Preset(Priority.Urgent, "service_tier");
            case "flex":
                return hearing.Preset(Priority.Standard, "service_tier");
        }

        // 6. Background: nobody holds the connection, yet somebody polls.
        if (signals.Background)
        {
            return hearing.Preset(Priority.Standard, "background");
        }

        // 7. Completion window.
        if (signals.CompletionWindow is { } window)
        {
            return hearing.Deadline("completion_window", window, out problem);
        }

        // 8. The key's default.
        return signals.KeyDefault is { } byKey ? hearing.Either("key default", byKey, null, out problem) : null;
    }

    private static Classified? ByRule(
        LeewayConfig config, in SignalReader hearing, string path, string model, string caller, Func<string, string?> header)
    {
        for (int i = 0; i < config.Classify.Count; i++)
        {
            ClassifyRule rule = config.Classify[i];
            if (!RuleMatcher.Holds(rule.When, path, model, caller, header, hearing.Now))
            {
                continue;
            }

            string source = string.Create(CultureInfo.InvariantCulture, $"classify[{i}]");
            return rule.Deadline is { } wait
                ? hearing.Wait(wait, source)
                : hearing.Preset(PriorityPolicy.TryParse(rule.Priority ?? "", out Priority priority) ? priority : Priority.Urgent, source);
        }

        return null;
    }

    private static Classified ByDefault(LeewayConfig config, in SignalReader hearing) =>
        config.Deadlines.Default > TimeSpan.Zero
            ? hearing.Wait(config.Deadlines.Default, "deadlines.default")
            : hearing.Preset(Priority.Urgent, "default");

    private static bool TryReadLane(string? text, out Lane? lane, [NotNullWhen(false)] out ClassificationProblem? problem)
    {
        problem = null;
        lane = text?.Trim().ToLowerInvariant() switch
        {
            null => null,
            "cache" => Lane.Cache,
            "realtime" => Lane.RealTime,
            "flex" => Lane.Flex,
            "batch" => Lane.Batch,
            "selfhosted" => Lane.SelfHosted,
            _ => null,
        };
        if (text is null || lane is not null)
        {
            return true;
        }

        problem = new ClassificationProblem(
            "unknown_lane",
            "Leeway-Lane",
            Printable.Of(text),
            $"There is no lane '{Printable.Of(text)}'.",
            "Leave Leeway-Lane out, or pin one of cache, realtime, flex, batch, selfhosted.");
        return false;
    }

    private static bool TryReadMaxCost(string? text, out decimal? maxCost, [NotNullWhen(false)] out ClassificationProblem? problem)
    {
        maxCost = null;
        problem = null;
        if (text is null)
        {
            return true;
        }

        if (text.Length <= DeadlineParser.MaxLength
            && decimal.TryParse(text.AsSpan().Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            && amount > 0)
        {
            maxCost = amount;
            return true;
        }

        problem = new ClassificationProblem(
            "invalid_max_cost",
            "Leeway-Max-Cost",
            Printable.Of(text),
            $"'{Printable.Of(text)}' is not an amount of USD above zero.",
            "Write a plain decimal such as 0.05, or leave Leeway-Max-Cost out.");
        return false;
    }
}
