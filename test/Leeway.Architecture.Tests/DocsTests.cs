using System.Text.RegularExpressions;

namespace Leeway.Architecture.Tests;

/// <summary>The pages and the repository agree.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void Relative_links_lead_somewhere()
    {
        string[] dead = [.. Pages()
            .SelectMany(page => Link().Matches(WithoutCode(Repository.Read(page))).Select(match => (Page: page, Target: match.Groups[1].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith('#') && !link.Target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(link => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(link.Page) ?? "", Uri.UnescapeDataString(link.Target.Split('#')[0]))))
            .Select(link => $"{link.Page} -> {link.Target}")];

        Offences.AssertNone(dead);
    }

    [Fact]
    public void Anchors_of_links_exist()
    {
        string[] dead = [.. Pages()
            .SelectMany(page => Link().Matches(WithoutCode(Repository.Read(page))).Select(match => (Page: page, Target: match.Groups[1].Value)))
            .Where(link => link.Target.Contains('#', StringComparison.Ordinal) && !link.Target.Contains("://", StringComparison.Ordinal))
            .Where(link => !Anchors(link.Page, link.Target).Contains(link.Target.Split('#')[1]))
            .Select(link => $"{link.Page} -> {link.Target}")];

        Offences.AssertNone(dead);
    }

    [Fact]
    public void Files_that_pages_name_exist()
    {
        string[] dead = [.. Pages()
            .SelectMany(page => Source().Matches(Repository.Read(page)).Select(match => (Page: page, Target: match.Groups[1].Value)))
            .Where(name => !Path.Exists(Path.Combine(Repository.Root, name.Target)))
            .Select(name => $"{name.Page} names {name.Target}")];

        Offences.AssertNone(dead);
    }

    [Fact]
    public void Every_setting_is_documented()
    {
        string page = Repository.Read("docs/configuration.md");
        string[] settings = [.. Repository.Sources
            .Where(file => file.Path.StartsWith("src/Leeway.Gateway/Configuration/Schema/LeewaySchema", StringComparison.Ordinal))
            .SelectMany(file => file.Lines.SelectMany(line => Setting().Matches(line)).Select(match => match.Groups[1].Value))
            .Distinct()];
        string[] missing = [.. settings
            .Where(name => !Regex.IsMatch(page, $@"[`.]{name}[`.\[]"))];

        Assert.True(settings.Length > 30);
        Offences.AssertNone(missing);
    }

    [Fact]
    public void Every_option_class_says_what_its_properties_mean()
    {
        string[] silent = [.. Repository.Sources
            .Where(file => file.Name.EndsWith("Options", StringComparison.Ordinal) && file.Project != "Leeway.Cli")
            .SelectMany(file => file.Lines.Index()
                .Where(line => Property().IsMatch(line.Item))
                .Where(line => !file.Lines[..line.Index].Reverse().SkipWhile(above => above.TrimStart().StartsWith('[')).First().TrimStart().StartsWith("///", StringComparison.Ordinal))
                .Select(line => $"{file.Path}:{line.Index + 1} {line.Item.Trim()}"))];

        Offences.AssertNone(silent);
    }

    private static IEnumerable<string> Pages() => Repository.Find("", "*.md");

    private static HashSet<string> Anchors(string page, string target)
    {
        string file = target.StartsWith('#') ? page : Path.Combine(Path.GetDirectoryName(page) ?? "", target.Split('#')[0]);
        return Path.Exists(Path.Combine(Repository.Root, file))
            ? [.. Heading().Matches(Repository.Read(file)).Select(match => Slug(match.Groups[1].Value))]
            : [];
    }

    private static string Slug(string heading) => string.Concat(heading.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static string WithoutCode(string page) => Fence().Replace(page, "");

    [GeneratedRegex(@"(?<!`)\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`((?:src|docs|test|eng)/[\w./-]+)`")]
    private static partial Regex Source();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"Field\.\w+\(""(\w+)""")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^    public [^(=]+ \{ get;")]
    private static partial Regex Property();
}
