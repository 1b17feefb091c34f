namespace Leeway.Cli.Estimates;

/// <summary>Which fields go with which kind of part.</summary>
internal static class PartFields
{
    // Kind → the fields it must have and those it may have.
    private static readonly (string Kind, string[] Must, string[] May)[] s_kinds =
    [
        ("by", ["serve"], ["share", "model", "cached", "discount", "turnaround"]),
        ("endpoint", [], ["serve", "share", "count", "hours", "window", "capacity", "discount", "turnaround"]),
        ("serverless", ["serve", "takes"], ["share", "memory", "vcpus", "cold_share", "cold_start", "discount", "turnaround"]),
        ("spot", ["hours"], ["serve", "share", "count", "discount", "interruptions", "checkpoint_every", "checkpoint_takes", "restart", "turnaround"]),
        ("reserved", ["count", "demand"], ["serve", "share", "discount", "turnaround"]),
        ("fixed", [], ["serve", "share", "name", "source", "discount", "turnaround"]),
    ];

    /// <summary>The part's kind; null after something was wrong.</summary>
    public static string? KindOf(WrittenPart part, string path, Action<string, string, string> wrong)
    {
        string[] written = [.. ScenarioSchema.PartFields.Where(field => field.Get(part) is not null).Select(field => field.Name)];
        (string Kind, string[] Must, string[] May)[] kinds = [.. s_kinds.Where(kind => written.Contains(kind.Kind))];
        if (kinds.Length != 1)
        {
            wrong(
                path,
                kinds.Length == 0 ? "does not say what it is" : $"is {string.Join(" and ", kinds.Select(kind => kind.Kind))} at once",
                $"write one of {string.Join(", ", s_kinds.Select(kind => kind.Kind))}");
            return null;
        }

        (string name, string[] must, string[] may) = kinds[0];
        string[] missing = [.. must.Where(field => !written.Contains(field))];
        string[] strange = [.. written.Where(field => field != name && !must.Contains(field) && !may.Contains(field))];
        foreach (string field in missing)
        {
            wrong($"{path}.{field}", $"{field} is missing", $"a part with {name} needs {string.Join(" and ", must)}");
        }

        foreach (string field in strange)
        {
            wrong($"{path}.{field}", $"{field} does not go with {name}", $"with {name} go {string.Join(", ", must.Concat(may))}");
        }

        if (name == "fixed" && part.Fixed!.Per == Economics.Scenarios.Parts.FixedPeriod.Request && part.Serve is null)
        {
            wrong($"{path}.serve", "a sum per request needs a workload", "write serve: WORKLOAD");
            return null;
        }

        return missing.Length + strange.Length == 0 ? name : null;
    }
}
