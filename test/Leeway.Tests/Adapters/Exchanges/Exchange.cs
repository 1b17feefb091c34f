using System.Text;

namespace Leeway.Tests.Adapters.Exchanges;

/// <summary>
/// Verbatim exchanges with one vendor, as a file tells them. A step is <c>### name arguments</c> and what our side is given; then, as often as something goes
/// over the wire, <c>&gt;&gt;&gt;</c> and the request, <c>&lt;&lt;&lt;</c> and the answer; then <c>===</c> and what our side makes of it. Parts are without their
/// last line feed, a carriage return is shown as ␍. What stands before the first step is for readers.
/// </summary>
internal static class Exchange
{
    private const string Begin = "### ";

    /// <summary>Kinds that have a file.</summary>
    public static IEnumerable<string> Kinds => typeof(Exchange).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith("Exchanges/", StringComparison.Ordinal)).Select(static name => name["Exchanges/".Length..]);

    public static IReadOnlyList<ExchangeStep> Read(string kind)
    {
        using Stream file = typeof(Exchange).Assembly.GetManifestResourceStream("Exchanges/" + kind) ?? throw new InvalidOperationException($"No exchanges with '{kind}'.");
        string text = new StreamReader(file, Encoding.UTF8).ReadToEnd();
        return [.. ("\n" + text[..^1]).Split("\n" + Begin).Skip(1).Select(Step)];
    }

    private static ExchangeStep Step(string text)
    {
        string[] lines = text.Split('\n');
        string[] head = lines[0].Split(' ');
        var sections = new List<(string Mark, List<string> Lines)> { ("", []) };
        foreach (string line in lines.Skip(1))
        {
            if (line is ">>>" or "<<<" or "===")
            {
                sections.Add((line, []));
            }
            else
            {
                sections[^1].Lines.Add(line);
            }
        }

        return new ExchangeStep(
            head[0],
            head[1..],
            string.Join('\n', sections[0].Lines),
            [.. sections.Where(static section => section.Mark == "<<<").Select(static section => WireText.Parse(section.Lines))],
            text);
    }
}

/// <summary>One step of a file.</summary>
/// <param name="Name">What our side does.</param>
/// <param name="Arguments">With what.</param>
/// <param name="Given">The client's body, or a content.</param>
/// <param name="Answers">What the vendor answers, in turn.</param>
/// <param name="Text">The step as it stands in the file, which is what has to come out.</param>
internal sealed record ExchangeStep(string Name, string[] Arguments, string Given, IReadOnlyList<WireText> Answers, string Text);
