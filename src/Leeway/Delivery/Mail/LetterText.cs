using System.Text;

namespace Leeway.Delivery.Mail;

/// <summary>A mail as plain text.</summary>
internal static class LetterText
{
    private const int MaxCell = 40;

    public static string Write(LetterPage page)
    {
        var text = new StringBuilder();
        text.Append(page.Title).Append('\n');
        foreach (LetterPart part in page.Parts)
        {
            text.Append('\n');
            Write(text, part);
        }

        // The sign by which mail programs know where the text ends (RFC 3676 §4.3).
        return text.Append("\n-- \n").Append(page.Footer).Append('\n').ToString();
    }

    private static void Write(StringBuilder text, LetterPart part)
    {
        if (part.Heading is not null)
        {
            text.Append(part.Heading).Append('\n');
        }

        if (part.Text is not null)
        {
            text.Append(part.Text).Append('\n');
        }

        int width = part.Facts.Select(fact => fact.Label.Length).DefaultIfEmpty().Max();
        foreach ((string label, string value) in part.Facts)
        {
            text.Append("  ").Append(label.PadRight(width)).Append("  ").Append(value).Append('\n');
        }

        if (part.Table is not null)
        {
            Write(text, part.Table);
        }

        if (part.Quote is not null)
        {
            foreach (string line in part.Quote.Split('\n'))
            {
                text.Append("> ").Append(line).Append('\n');
            }
        }

        if (part.Link is not null)
        {
            text.Append(part.Link.AbsoluteUri).Append('\n');
        }
    }

    private static void Write(StringBuilder text, LetterTable table)
    {
        int[] widths = [.. table.Columns.Select((column, i) => Math.Min(MaxCell, table.Rows.Select(row => row[i].Length).Append(column.Length).Max()))];
        foreach (IReadOnlyList<string> row in table.Rows.Prepend(table.Columns))
        {
            string line = string.Join("  ", row.Select((cell, i) => i < table.Texts ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])));
            text.Append("  ").Append(line.TrimEnd()).Append('\n');
        }
    }
}
