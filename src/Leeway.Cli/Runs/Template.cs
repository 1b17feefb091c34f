using System.Text;

namespace Leeway.Cli.Runs;

/// <summary>A text with <c>{{column}}</c> in it.</summary>
internal sealed class Template
{
    private const string Open = "{{";
    private const string Close = "}}";

    // Literal and column in turn, beginning and ending with a literal.
    private readonly List<string> _parts = [];

    /// <exception cref="FormatException">A placeholder is not closed or names nothing.</exception>
    public Template(string text)
    {
        int at = 0;
        while (text.IndexOf(Open, at, StringComparison.Ordinal) is var open and >= 0)
        {
            int close = text.IndexOf(Close, open, StringComparison.Ordinal);
            string name = close < 0 ? "" : text[(open + Open.Length)..close].Trim();
            if (name.Length == 0)
            {
                throw new FormatException(close < 0 ? $"the placeholder at character {open + 1} is not closed with }}}}." : $"the placeholder at character {open + 1} names no column.");
            }

            _parts.Add(text[at..open]);
            _parts.Add(name);
            at = close + Close.Length;
        }

        _parts.Add(text[at..]);
    }

    /// <summary>Each column named, once.</summary>
    public IEnumerable<string> Columns => _parts.Where((_, index) => index % 2 == 1).Distinct(StringComparer.Ordinal);

    /// <summary>Values are put in as they are: braces within them mean nothing.</summary>
    public string Render(Func<string, string> valueOf)
    {
        var text = new StringBuilder();
        for (int i = 0; i < _parts.Count; i++)
        {
            text.Append(i % 2 == 0 ? _parts[i] : valueOf(_parts[i]));
        }

        return text.ToString();
    }
}
