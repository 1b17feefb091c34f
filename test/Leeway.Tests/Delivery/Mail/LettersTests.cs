using System.Text.RegularExpressions;
using Leeway.Delivery.Mail;

namespace Leeway.Tests.Delivery.Mail;

/// <summary>What mails say, and that what others wrote stays text in them.</summary>
public sealed partial class LettersTests
{
    private static readonly DateTimeOffset s_until = new(2026, 11, 30, 6, 30, 0, TimeSpan.Zero);
    private static readonly LetterSettings s_settings = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new Uri("https://leeway.example.com"), IncludeAnswers: false);
    private static readonly DeliveryId s_id = new(Guid.Parse("019400000000700080000000000000aa"));

    public static TheoryData<string> Hostile => new(
        "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "' onmouseover='x", "&amp;<b>", "javascript:alert(1)", "=cmd|' /C calc'!A0", "\u001b]8;;https://evil.example\u0007click",
        "\u001b[2J", "a\r\nBcc: victim@example.com", "\u202egpj.exe", "line\u2028two", "\0nul", "]]>", "<!--", "</pre></td></table>", new string('x', 10_000), "\ud800 half", "{{7*7}}", "%s%n");

    [Fact]
    public void The_digest_says_the_same_in_text_and_in_html()
    {
        Letter letter = Letters.OfDigest("default", new DigestSpan(s_until.AddDays(-1), s_until), Work(), s_settings);
        MailLetter mail = letter.Write(s_id, "ops@example.com");

        Assert.Equal("Leeway, 30 Nov: 12,355 requests ended, 5 failed, $41.40 saved", mail.Subject);
        Assert.Equal(
            """
            The morning digest: 12,355 requests ended, 5 failed, $41.40 saved

            Of team default, from Sun 29 Nov 2026, 07:30 to Mon 30 Nov 2026, 07:30 (Europe/Berlin). Requests that did not wait are not in these figures.

              Ended      12,355 requests
              Answered   12,346
              Failed     3
              Expired    2
              Cancelled  4
              In time    99.9 % (7 late)
              Rescued    11
              Spent      $41.40
              Saved      $41.40 of $82.80 in real time (50 %)

            By model and priority
              Model             Priority   Ended  Failed  Late  Rescued   Spent   Saved
              gpt-4o-mini       low       12,345       2     2       11  $41.00  $41.00
              claude-haiku-4-5  standard      10       3     5        0   $0.40   $0.40

            Commonest errors
              provider_error  3 requests

            -- 
            You get this once a day because this address is registered for the digest. The operator of the gateway can switch it off: leeway mail disable.

            """.ReplaceLineEndings("\n"),
            mail.Text);
        foreach (string figure in (string[])["12,355 requests", "99.9 % (7 late)", "$41.40 of $82.80 in real time (50 %)", "claude-haiku-4-5", "provider_error"])
        {
            Assert.Contains(figure, mail.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_day_on_which_nothing_ended_is_said_to_be_one()
    {
        MailLetter mail = Letters.OfDigest("default", new DigestSpan(s_until.AddDays(-1), s_until), new EndedWork([], []), s_settings).Write(s_id, "ops@example.com");

        Assert.Equal("Leeway, 30 Nov: nothing ended", mail.Subject);
        Assert.DoesNotContain("%", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Foreign_text_steers_neither_html_nor_terminals_nor_headers(string text)
    {
        var work = new EndedWork([new EndedRow(text, Priority.Low, 1, 1, 0, 0, 0, 0, 1, 2, 0)], [new EndedError(text, 1)]);
        LetterSettings quoting = s_settings with { IncludeAnswers = true };
        MailLetter[] mails =
        [
            Letters.OfDigest("default", new DigestSpan(s_until.AddDays(-1), s_until), work, s_settings).Write(s_id, "ops@example.com"),
            Letters.OfRun(new RunId(s_id.Value), work, s_settings).Write(s_id, "ops@example.com"),
            Letters.OfRequest(Record(text), quoting).Write(s_id, "ops@example.com"),
            Letters.OfRequests(new Dictionary<string, int> { ["succeeded"] = 2 }, [Record(text), Record(text)], s_settings).Write(s_id, "ops@example.com"),
        ];

        Assert.All(mails, mail =>
        {
            Assert.All(Tag().Matches(mail.Html).Select(match => match.Groups[1].Value), tag => Assert.Contains(tag, (string[])["html", "head", "meta", "title", "body", "table", "tr", "td", "th", "div", "a", "pre", "!DOCTYPE"]));
            Assert.All(Link().Matches(mail.Html).Select(match => match.Groups[1].Value), link => Assert.StartsWith("https://leeway.example.com/", link, StringComparison.Ordinal));
            Assert.DoesNotContain(mail.Text, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain(mail.Html, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain(mail.Text, c => c is '\u202e' or '\u2028' or '\ud800');
            Assert.DoesNotContain(mail.Subject, char.IsControl);
            Assert.InRange(mail.Subject.Length, 1, 201);
            Assert.InRange(mail.Text.Length, 1, 12_000);
        });
    }

    [Theory]
    [InlineData("row-17", true)]
    [InlineData("invoice:2026#7", true)]
    [InlineData("https://evil.example/login", false)]
    [InlineData("evil.example", false)]
    [InlineData("call +49 30 1234", false)]
    [InlineData("you@evil.example", false)]
    public void An_id_that_mail_programs_would_make_a_link_of_is_not_shown(string customId, bool shown)
    {
        MailLetter mail = Letters.OfRequest(Record("gpt-4o") with { CustomId = customId }, s_settings).Write(s_id, "ops@example.com");

        Assert.Equal(shown, mail.Text.Contains(customId, StringComparison.Ordinal));
        Assert.Equal(shown, mail.Html.Contains(customId, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"Hello"}}]}""", "Hello")]
    [InlineData("""{"choices":[{"text":"Hello"}]}""", "Hello")]
    [InlineData("""{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Hello"}]}""", "Hello")]
    [InlineData("""{"output":[{"content":[{"type":"output_text","text":"Hello"}]},{"type":"reasoning"}]}""", "Hello")]
    [InlineData("""{"error":{"message":"Too long","type":"invalid"}}""", "Too long")]
    [InlineData("""{"data":[1]}""", """{"data":[1]}""")]
    [InlineData("not json", "not json")]
    [InlineData("[]", "[]")]
    [InlineData("""{"choices":7,"content":"x","output":[7],"error":"e"}""", """{"choices":7,"content":"x","output":[7],"error":"e"}""")]
    public void The_text_of_an_answer_is_found_in_each_dialect(string body, string text) => Assert.Equal(text, AnswerText.Read(System.Text.Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(1234.5, "$1,234.50")]
    [InlineData(0.1234, "$0.123")]
    [InlineData(0.00012345, "$0.000123")]
    [InlineData(-1.5, "-$1.50")]
    public void Money_has_the_digits_that_count(double amount, string text) => Assert.Equal(text, LetterWords.Money((decimal)amount));

    [Theory]
    [InlineData(1000, 1000, "100 %")]
    [InlineData(9999, 10000, "99.9 %")]
    [InlineData(0, 7, "0 %")]
    [InlineData(0, 0, "–")]
    public void A_share_is_not_rounded_up_to_all(int part, int all, string text) => Assert.Equal(text, LetterWords.Share(part, all));

    private static EndedWork Work() => new(
        [
            new EndedRow("gpt-4o-mini", Priority.Low, 12_339, 0, 2, 4, 2, 11, 41m, 82m, 0),
            new EndedRow("claude-haiku-4-5", Priority.Standard, 7, 3, 0, 0, 5, 0, 0.4m, 0.8m, 0),
        ],
        [new EndedError("provider_error", 3)]);

    private static RequestRecord Record(string text) => new()
    {
        Request = new QueuedRequest
        {
            Id = new RequestId(s_id.Value),
            State = RequestState.Succeeded,
            Priority = Priority.Standard,
            Group = new GroupKey("openai", Endpoints.Chat, text),
            AcceptedAt = s_until,
            Deadline = s_until.AddHours(1),
        },
        CustomId = text,
        FinishedAt = s_until.AddMinutes(1),
        Result = new RequestResult(200, System.Text.Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(new { choices = new[] { new { message = new { content = text } } } })), null),
    };

    [GeneratedRegex("</?([A-Za-z!][A-Za-z]*)")]
    private static partial Regex Tag();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Link();
}
