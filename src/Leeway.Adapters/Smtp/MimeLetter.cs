using System.Text;
using MimeKit;
using MimeKit.Text;

namespace Leeway.Adapters.Smtp;

/// <summary>
/// A letter in MIME: text and HTML side by side. MimeKit folds lines and encodes words; that no value brings a line of its own into the head
/// is made sure of here too, since a filter further down the way may see the text before it is encoded.
/// </summary>
internal static class MimeLetter
{
    private const int MaxSubject = 150;

    // MimeKit's encoded words of 78 become lines of up to 89 characters; a word may have 75 and a line 76 (RFC 2047 §2).
    private static readonly FormatOptions _narrow = Narrow();

    /// <summary>The whole message.</summary>
    public static MimeMessage Write(MailLetter letter, MailConfig config, DateTimeOffset at)
    {
        Mailbox from = config.From ?? throw new InvalidOperationException("delivery.mail.from is not set.");
        var message = new MimeMessage
        {
            // Stable over attempts and replays.
            MessageId = $"{letter.Id}@{from.Domain}",
            Date = at,
            Body = new MultipartAlternative
            {
                Part(TextFormat.Plain, letter.Text),
                Part(TextFormat.Html, letter.Html),
            },
        };
        var subject = new Header(HeaderId.Subject, "");
        subject.SetValue(_narrow, Encoding.UTF8, Line(letter.Subject, MaxSubject));
        message.Headers.Replace(subject);
        message.From.Add(Address(from));
        message.To.Add(new MailboxAddress("", letter.To));
        if (config.ReplyTo is { } replyTo)
        {
            message.ReplyTo.Add(Address(replyTo));
        }

        // Vacation programs answer neither a list nor what a program wrote (RFC 3834, RFC 2919).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        message.Headers.Add(HeaderId.ListId, $"Leeway {letter.List} <{letter.List}.leeway.{from.Domain}>");
        message.Headers.Add("Leeway-Delivery", letter.Id);
        return message;
    }

    /// <summary>The text on one line, at most so many characters, cut between characters.</summary>
    public static string Line(string text, int most)
    {
        string clean = string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (clean.Length <= most)
        {
            return clean;
        }

        int end = most - 1;
        return $"{clean[..(char.IsHighSurrogate(clean[end - 1]) ? end - 1 : end)]}…";
    }

    private static FormatOptions Narrow()
    {
        FormatOptions options = FormatOptions.Default.Clone();
        options.MaxLineLength = 62;
        return options;
    }

    private static MailboxAddress Address(Mailbox mailbox) => new(Line(mailbox.Name ?? "", MaxSubject), mailbox.Address);

    private static TextPart Part(TextFormat format, string text)
    {
        var part = new TextPart(format);
        part.SetText(Encoding.UTF8, text);
        part.ContentTransferEncoding = ContentEncoding.QuotedPrintable;
        return part;
    }
}
