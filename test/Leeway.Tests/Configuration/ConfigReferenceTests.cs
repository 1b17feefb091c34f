using System.Runtime.CompilerServices;
using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

public sealed class ConfigReferenceTests
{
    /// <summary>With LEEWAY_REGENERATE_DOCS=1 the page is written instead.</summary>
    [Fact]
    public void The_page_in_docs_is_what_the_schema_says()
    {
        string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/configuration.md"));
        string written = ConfigReference.ToMarkdown();
        if (Environment.GetEnvironmentVariable("LEEWAY_REGENERATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, written);
        }

        Assert.Equal(File.ReadAllText(file), written);
    }

    [Fact]
    public void Every_leaf_has_one_row()
    {
        int rows = ConfigReference.ToMarkdown().Split('\n').Count(line =>
            line.StartsWith("| `", StringComparison.Ordinal)
            && !line.Contains("` | a map", StringComparison.Ordinal)
            && !line.Contains("` | list of maps", StringComparison.Ordinal));
        Assert.Equal(SchemaLeaf.All().Count, rows);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
