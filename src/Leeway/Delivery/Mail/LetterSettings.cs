namespace Leeway.Delivery.Mail;

/// <summary>What of the configuration decides how a mail reads.</summary>
/// <param name="Zone">Whose clocks instants are written in.</param>
/// <param name="PublicUrl">Where clients reach the gateway, or null: no links.</param>
/// <param name="IncludeAnswers">Whether answers may be quoted.</param>
internal sealed record LetterSettings(TimeZoneInfo Zone, Uri? PublicUrl, bool IncludeAnswers)
{
    public static LetterSettings Of(LeewayConfig config) =>
        new(config.Delivery.Mail.Digest.TimeZone, config.Server.PublicUrl, config.Delivery.Mail.IncludeAnswers);

    /// <summary>An instant with its zone.</summary>
    public string Instant(DateTimeOffset at) => $"{LetterWords.Instant(at, Zone)} ({Zone.Id})";

    /// <summary>A part that leads to a path of the gateway, where it is known from where it is reached.</summary>
    public IEnumerable<LetterPart> Link(string path)
    {
        if (PublicUrl is not null)
        {
            yield return new LetterPart { Link = new Uri($"{PublicUrl.AbsoluteUri.TrimEnd('/')}{path}") };
        }
    }
}
