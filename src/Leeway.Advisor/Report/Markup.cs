using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Leeway.Advisor.Report;

/// <summary>HTML in which every inserted value was encoded. A trace's names are anybody's text, so the type, not the author's care, keeps them text.</summary>
internal readonly struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    /// <summary>The literal parts as they stand, the values between them encoded.</summary>
    public static Markup Of(Builder content) => new(content.Html);

    /// <summary>One after another.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> each) => new(string.Concat(items.Select(item => each(item)._html)));

    /// <summary>What is HTML already: files of ours, and drawings that were written by an XML writer.</summary>
    public static Markup Trusted(string html) => new(html);

    public override string ToString() => _html ?? "";

    /// <summary>Gathers an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Builder
    {
        private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);
        private readonly StringBuilder _html;

        public Builder(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (formattedCount * 16));

        internal string Html => _html.ToString();

        public void AppendLiteral(string html) => _html.Append(html);

        public void AppendFormatted(Markup html) => _html.Append(html._html);

        public void AppendFormatted(string? text) => _html.Append(s_encoder.Encode(PageText.Clean(text ?? "")));

        public void AppendFormatted(int number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));
    }
}
