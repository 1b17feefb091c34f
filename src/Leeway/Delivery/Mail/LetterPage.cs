namespace Leeway.Delivery.Mail;

/// <summary>What a mail says, before it is written as text and as HTML, so that both say the same.</summary>
/// <param name="Title">Its headline.</param>
/// <param name="Parts">From top to bottom.</param>
/// <param name="Footer">Why its reader gets it.</param>
internal sealed record LetterPage(string Title, IReadOnlyList<LetterPart> Parts, string Footer);

/// <summary>A piece of a mail; what is not set is left out.</summary>
internal sealed record LetterPart
{
    public string? Heading { get; init; }

    public string? Text { get; init; }

    /// <summary>Labels and values.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; init; } = [];

    public LetterTable? Table { get; init; }

    /// <summary>Foreign text of several lines.</summary>
    public string? Quote { get; init; }

    public Uri? Link { get; init; }
}

/// <summary>Rows under a head; the first <paramref name="Texts"/> columns begin at the left, figures end at the right.</summary>
internal sealed record LetterTable(int Texts, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
