using System.Net;
using System.Text;

namespace Leeway.Delivery.Mail;

/// <summary>
/// A mail as HTML that mail programs show alike: tables, styles on the elements, nothing that is fetched, no script. Every text is escaped
/// here, in one place.
/// </summary>
internal static class LetterHtml
{
    private const string Font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
    private const string Quiet = "color:#5b6472;";
    private const string Line = "border-bottom:1px solid #e3e7ed;";

    public static string Write(LetterPage page)
    {
        var html = new StringBuilder(2048);
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<meta name=\"color-scheme\" content=\"light\"><title>").Append(Escape(page.Title)).Append("</title></head>\n")
            .Append($"<body style=\"margin:0;padding:0;background:#f4f6f9;{Font}font-size:15px;line-height:1.5;color:#1b2330;\">\n")
            .Append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td align=\"center\" style=\"padding:24px 12px;\">\n")
            .Append("<table role=\"presentation\" width=\"640\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;max-width:640px;background:#ffffff;border:1px solid #e3e7ed;border-radius:8px;\">\n")
            .Append($"<tr><td style=\"padding:20px 28px 0;{Quiet}font-size:13px;letter-spacing:.04em;\">Leeway</td></tr>\n")
            .Append("<tr><td style=\"padding:2px 28px 8px;font-size:20px;font-weight:600;line-height:1.3;\">").Append(Escape(page.Title)).Append("</td></tr>\n");
        foreach (LetterPart part in page.Parts)
        {
            html.Append("<tr><td style=\"padding:8px 28px;\">");
            Write(html, part);
            html.Append("</td></tr>\n");
        }

        return html.Append($"<tr><td style=\"padding:16px 28px 22px;{Quiet}font-size:12px;\">").Append(Escape(page.Footer))
            .Append("</td></tr>\n</table></td></tr></table>\n</body></html>\n").ToString();
    }

    private static void Write(StringBuilder html, LetterPart part)
    {
        if (part.Heading is not null)
        {
            html.Append("<div style=\"font-weight:600;padding:6px 0 4px;\">").Append(Escape(part.Heading)).Append("</div>");
        }

        if (part.Text is not null)
        {
            html.Append("<div>").Append(Escape(part.Text)).Append("</div>");
        }

        if (part.Facts.Count > 0)
        {
            html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\">");
            foreach ((string label, string value) in part.Facts)
            {
                html.Append($"<tr><td style=\"{Quiet}padding:3px 24px 3px 0;vertical-align:top;white-space:nowrap;\">").Append(Escape(label))
                    .Append("</td><td style=\"padding:3px 0;\">").Append(Escape(value)).Append("</td></tr>");
            }

            html.Append("</table>");
        }

        if (part.Table is not null)
        {
            Write(html, part.Table);
        }

        if (part.Quote is not null)
        {
            html.Append("<pre style=\"margin:6px 0;padding:12px;background:#f4f6f9;border-radius:6px;white-space:pre-wrap;word-break:break-word;font-size:13px;\">")
                .Append(Escape(part.Quote)).Append("</pre>");
        }

        if (part.Link is not null)
        {
            string link = Escape(part.Link.AbsoluteUri);
            html.Append($"<a href=\"{link}\" style=\"color:#0b62d6;word-break:break-all;\">{link}</a>");
        }
    }

    private static void Write(StringBuilder html, LetterTable table)
    {
        html.Append("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;font-size:13px;\"><tr>");
        WriteCells(html, table.Texts, table.Columns, "th", Quiet + "font-weight:500;");
        html.Append("</tr>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            WriteCells(html, table.Texts, row, "td", "");
            html.Append("</tr>");
        }

        html.Append("</table>");
    }

    private static void WriteCells(StringBuilder html, int texts, IReadOnlyList<string> cells, string tag, string style)
    {
        for (int i = 0; i < cells.Count; i++)
        {
            string place = i < texts ? $"text-align:left;padding:5px 8px 5px {(i == 0 ? 0 : 8)}px;word-break:break-word;" : "text-align:right;padding:5px 0 5px 8px;white-space:nowrap;";
            html.Append($"<{tag} style=\"{Line}{place}{style}\">").Append(Escape(cells[i])).Append($"</{tag}>");
        }
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
