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
    public void Every_leaf_is_on_the_page()
    {
        string page = ConfigReference.ToMarkdown();
        foreach (SchemaLeaf leaf in SchemaLeaf.All())
        {
            Assert.Contains(leaf.Segments[^1] is "0" or "x-team" ? leaf.Segments[^2] : leaf.Segments[^1], page, StringComparison.Ordinal);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
