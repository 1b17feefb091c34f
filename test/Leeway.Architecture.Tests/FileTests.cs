namespace Leeway.Architecture.Tests;

/// <summary>Sizes, names and places of source files.</summary>
public sealed class FileTests
{
    private const int MaxLines = 500;

    // Several types share a file only while all of it is seen at a glance.
    private const int MaxSharedLines = 200;

    // Files that may be longer, each with its reason. May only shrink.
    private static readonly string[] s_long = [];

    // Files named after what their several small types have in common.
    private static readonly string[] s_families =
    [
        "src/Leeway.Abstractions/Ids/RandomSources.cs",
        "src/Leeway.Cli/Api/Views.cs",
        "src/Leeway.Cli/Demo/Watching/Lines.cs",
        "src/Leeway.Gateway/Configuration/Schema/NetworkKinds.cs",
        "src/Leeway.Gateway/Configuration/Schema/NumberKinds.cs",
        "src/Leeway.Gateway/Configuration/Schema/TextKinds.cs",
        "src/Leeway.Gateway/Configuration/Schema/TimeKinds.cs",
        "src/Leeway/Hosting/PathLoops.cs",
    ];

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Assert.Equal(s_long, Repository.Sources.Concat(Tests()).Where(file => file.Lines.Length > MaxLines).Select(file => $"{file.Path}: {file.Lines.Length}"));

    [Fact]
    public void A_file_is_named_after_its_type_or_after_one_of_several_small_related_ones()
    {
        Offences.AssertNone(Repository.Sources
            .Where(file => file.Types.Any() && !s_families.Contains(file.Path))
            .Where(file => !file.Types.Any(type => Stem(file) == type.Name || file.Name == $"{type.Name}{{{type.Generic.Trim('<', '>')}}}"))
            .Select(file => $"{file.Path} declares {string.Join(", ", file.Types.Select(type => type.Name))}"));
        Offences.AssertNone(Repository.Sources
            .Where(file => file.Types.Count() > 1 && file.Lines.Length > MaxSharedLines)
            .Select(file => $"{file.Path} has {file.Types.Count()} types in {file.Lines.Length} lines"));
    }

    [Fact]
    public void Files_of_several_types_that_are_named_after_none_of_them_are_listed_and_exist() =>
        Assert.All(s_families, path => Assert.Contains(Repository.Sources, file => file.Path == path && file.Types.Count() > 1));

    [Fact]
    public void Namespaces_are_folder_paths()
    {
        string[] offences = [.. Repository.Sources
            .Where(file => file.Namespace is not null)
            .Where(file => file.Namespace != (file.Project == "Leeway.Abstractions" ? "Leeway" : string.Join('.', [file.Project, .. file.Folders])))
            .Select(file => $"{file.Path} is in namespace {file.Namespace}")];

        Offences.AssertNone(offences);
        Offences.AssertNone(Repository.Sources.Where(file => file.Namespace is null && file.Types.Any()).Select(file => file.Path));
    }

    [Fact]
    public void Nothing_is_left_undone()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "Not" + "ImplementedException", "#reg" + "ion"];
        string[] offences = [.. Repository.Sources.Concat(Tests())
            .SelectMany(file => file.Lines.Index().Where(line => marks.Any(mark => line.Item.Contains(mark, StringComparison.Ordinal))).Select(line => $"{file.Path}:{line.Index + 1}"))];

        Offences.AssertNone(offences);
    }

    private static IEnumerable<SourceFile> Tests() => Repository.Find("test", "*.cs").Select(path => new SourceFile(path));

    // RequestQueue.Log.cs is an aspect of RequestQueue.
    private static string Stem(SourceFile file) => file.Name.Split('.')[0];
}
