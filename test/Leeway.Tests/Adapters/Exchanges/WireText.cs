namespace Leeway.Tests.Adapters.Exchanges;

/// <summary>A message as text: a line, headers, an empty line, a body.</summary>
internal sealed record WireText(string Line, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public static WireText Parse(IReadOnlyList<string> lines)
    {
        int empty = lines.TakeWhile(static line => line.Length > 0).Count();
        return new WireText(
            lines[0],
            [.. lines.Take(empty).Skip(1).Select(static line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]))],
            string.Join('\n', lines.Skip(empty + 1)).Replace('␍', '\r'));
    }

    public override string ToString() =>
        string.Join('\n', [Line, .. Headers.Select(static header => $"{header.Name}: {header.Value}"), "", Body.Replace('\r', '␍')]);
}
