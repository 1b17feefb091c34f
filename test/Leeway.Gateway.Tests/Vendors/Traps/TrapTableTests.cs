using System.Reflection;
using System.Text.RegularExpressions;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>Every one of the 22 ways in which vendors' batches differ has a test at the front door that names it, and the table of both is printed.</summary>
public sealed partial class TrapTableTests
{
    private static readonly string[] s_traps =
    [
        "progress", "correlation id", "charset of ids", "order", "partial failure", "missing files", "expiry", "one model per file", "validation point", "minimum size", "endpoint strings",
        "timestamps", "casing", "cancel", "creation", "enqueued tokens", "cache and batch discount", "tools in batch", "webhooks", "retention", "discount", "429",
    ];

    [Fact]
    public void Every_trap_has_a_test_at_the_front_door_that_carries_its_number()
    {
        ITestOutputHelper output = TestContext.Current.TestOutputHelper!;
        Dictionary<int, string[]> front = Enumerable.Range(1, s_traps.Length).ToDictionary(trap => trap, trap => Carriers(trap).Order(StringComparer.Ordinal).ToArray());
        Dictionary<int, int> beneath = Beneath();
        output.WriteLine("| # | trap | tests at the front door | tests of adapters and sandbox |");
        output.WriteLine("|--:|---|---|--:|");
        foreach ((int trap, string[] tests) in front)
        {
            output.WriteLine($"| {trap} | {s_traps[trap - 1]} | {string.Join("; ", tests)} | {beneath.GetValueOrDefault(trap)} |");
        }

        Assert.Empty(front.Where(row => row.Value.Length == 0).Select(row => $"{row.Key} {s_traps[row.Key - 1]}"));
    }

    private static IEnumerable<string> Carriers(int trap) =>
        from type in typeof(TrapTableTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.GetCustomAttributes<TraitAttribute>().Any(trait => trait.Name == "Trap" && trait.Value == $"{trap}") && method.GetCustomAttribute<FactAttribute>() is not null
        select $"{type.Name.Split('`')[0]}.{method.Name}";

    /// <summary>How many tests of adapters and sandbox are named after each trap.</summary>
    private static Dictionary<int, int> Beneath() => Directory
        .EnumerateFiles(Path.Combine(NodeScript.Root, "test", "Leeway.Tests"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => TrapName().Matches(File.ReadAllText(file)))
        .SelectMany(match => Number().Matches(match.Value).Select(number => int.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture)))
        .CountBy(trap => trap)
        .ToDictionary();

    [GeneratedRegex(@"\bTraps?_\d+(_\d+)*(_and_\d+)*(?=_)")]
    private static partial Regex TrapName();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
