using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>The tables of docs/clients.md: per SDK its calls, with a mark where a deployment of kind openai, or of kind anthropic, serves them.</summary>
internal static class ClientTable
{
    private const string Mark = "✓";

    public static IReadOnlyList<string> Calls(string sdk, string kind)
    {
        string[] lines = File.ReadAllLines(Path.Combine(NodeScript.Root, "docs", "clients.md"));
        int heading = Array.IndexOf(lines, $"## {sdk}");
        Assert.True(heading >= 0, $"docs/clients.md has no heading '## {sdk}'");
        string[][] rows =
        [
            .. lines.Skip(heading + 1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];
        int column = Array.IndexOf(rows[0], kind);
        Assert.True(column > 0, $"the table of '{sdk}' has no column '{kind}'");
        return [.. rows.Skip(1).Where(row => row[column] == Mark).Select(row => row[0])];
    }
}
