namespace Leeway.Cli.Output;

/// <summary>Writes CSV that a spreadsheet opens without running anything in it.</summary>
internal static class Csv
{
    /// <summary>One record. Text that a spreadsheet would take for a formula is led by an apostrophe.</summary>
    public static string Record(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell));

    /// <summary>Numbers, negative ones included, are left as they are.</summary>
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
