using System.Text.RegularExpressions;

namespace Leeway.Architecture.Tests;

/// <summary>A C# file of <c>src</c>, read as text.</summary>
internal sealed partial class SourceFile(string path)
{
    private string[]? _lines;

    /// <summary>From the repository's root: <c>src/Leeway/Queue/Pool.cs</c>.</summary>
    public string Path { get; } = path;

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary><c>Leeway.Gateway</c>.</summary>
    public string Project => Path.Split('/')[1];

    /// <summary>Folders below the project's, top first.</summary>
    public string[] Folders => Path.Split('/')[2..^1];

    public string[] Lines => _lines ??= Repository.Read(Path).Split('\n');

    /// <summary>The file-scoped namespace, or null.</summary>
    public string? Namespace => Lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    /// <summary>Declarations that begin in the first column.</summary>
    public IEnumerable<TypeDeclaration> Types => Lines
        .Select(line => TypeLine().Match(line))
        .Where(match => match.Success)
        .Select(match => new TypeDeclaration(match.Groups["modifiers"].Value, match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["generic"].Value));

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?<modifiers>(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*)(?<kind>class|record struct|record|struct|interface|enum|delegate \S+) (?<name>\w+)(?<generic><[^>]+>)?")]
    private static partial Regex TypeLine();
}
