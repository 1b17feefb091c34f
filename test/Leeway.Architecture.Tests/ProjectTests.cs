using System.Xml.Linq;

namespace Leeway.Architecture.Tests;

/// <summary>Which project may see which.</summary>
public sealed class ProjectTests
{
    // Project → the projects it names. What these name in turn comes along.
    private static readonly Dictionary<string, string[]> s_arrows = new()
    {
        ["Leeway.Abstractions"] = [],
        ["Leeway.Economics"] = ["Leeway.Abstractions"],
        ["Leeway"] = ["Leeway.Abstractions", "Leeway.Economics"],
        ["Leeway.Advisor"] = ["Leeway"],
        ["Leeway.Traces"] = ["Leeway.Advisor"],
        ["Leeway.Simulation"] = ["Leeway", "Leeway.Sandbox", "Leeway.Traces"],
        ["Leeway.Storage"] = ["Leeway.Abstractions"],
        ["Leeway.Adapters"] = ["Leeway.Abstractions"],
        ["Leeway.Gateway"] = ["Leeway", "Leeway.Adapters", "Leeway.Storage"],
        ["Leeway.Sandbox"] = [],
        ["Leeway.Cli"] = ["Leeway.Gateway", "Leeway.Sandbox", "Leeway.Simulation", "Leeway.Traces"],
    };

    // Who may bring ASP.NET, a database driver, a YAML reader or a terminal library.
    private static readonly Dictionary<string, string[]> s_owners = new()
    {
        ["Microsoft.AspNetCore.App"] = ["Leeway.Cli", "Leeway.Gateway", "Leeway.Sandbox"],
        ["DuckDB.NET.Data.Full"] = ["Leeway.Traces"],
        ["MailKit"] = ["Leeway.Adapters"],
        ["Microsoft.Data.Sqlite"] = ["Leeway.Storage"],
        ["Npgsql"] = ["Leeway.Storage"],
        ["OxyPlot.Core"] = ["Leeway.Advisor"],
        ["YamlDotNet"] = ["Leeway.Gateway"],
        ["OpenTelemetry.Extensions.Hosting"] = ["Leeway.Gateway"],
        ["OpenTelemetry.Exporter.Prometheus.AspNetCore"] = ["Leeway.Gateway"],
        ["System.CommandLine"] = ["Leeway.Cli"],
        ["Spectre.Console"] = ["Leeway.Cli"],
    };

    [Fact]
    public void Projects_reference_each_other_along_the_arrows_and_not_otherwise() => Assert.Equal(
        s_arrows.OrderBy(arrow => arrow.Key, StringComparer.Ordinal).Select(arrow => $"{arrow.Key} -> {string.Join(", ", arrow.Value.Order(StringComparer.Ordinal))}"),
        Projects().Select(project => $"{project} -> {string.Join(", ", Included(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal))}"));

    [Fact]
    public void The_source_of_a_project_names_no_namespace_of_a_project_it_may_not_see()
    {
        var offences = new List<string>();
        foreach (SourceFile file in Repository.Sources)
        {
            HashSet<string> visible = Visible(file.Project);
            foreach (string line in file.Lines.Where(line => line.StartsWith("using Leeway.", StringComparison.Ordinal)))
            {
                string used = line["using ".Length..].TrimEnd(';');
                string owner = s_arrows.Keys.Where(project => used == project || used.StartsWith(project + ".", StringComparison.Ordinal)).MaxBy(project => project.Length)!;
                if (!visible.Contains(owner))
                {
                    offences.Add($"{file.Path}: {line}");
                }
            }
        }

        Offences.AssertNone(offences);
    }

    [Fact]
    public void Foreign_libraries_stay_with_the_project_that_owns_them()
    {
        foreach ((string package, string[] owners) in s_owners)
        {
            Assert.Equal(owners, Projects().Where(project => Included(project, "PackageReference").Concat(Included(project, "FrameworkReference")).Contains(package)));
        }
    }

    [Fact]
    public void Every_package_version_is_pinned_exactly_and_in_one_place()
    {
        Assert.All(
            XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion"),
            package => Assert.Matches(@"^\d+(\.\d+){2,3}(-[\w.]+)?$", package.Attribute("Version")!.Value));
        Assert.All(Projects(), project => Assert.DoesNotContain("Version=\"", Repository.Read($"src/{project}/{project}.csproj"), StringComparison.Ordinal));
    }

    private static HashSet<string> Visible(string project)
    {
        HashSet<string> seen = [project];
        var open = new Queue<string>([project]);
        while (open.TryDequeue(out string? next))
        {
            foreach (string target in s_arrows[next].Where(seen.Add))
            {
                open.Enqueue(target);
            }
        }

        return seen;
    }

    private static IEnumerable<string> Projects() => Repository.Find("src", "*.csproj").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Included(string project, string element) =>
        XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants(element).Select(reference => reference.Attribute("Include")!.Value);
}
