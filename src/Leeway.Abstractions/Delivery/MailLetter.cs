namespace Leeway;

/// <summary>One mail, ready to be put into MIME. Its texts come from people and programs: whoever sends it encodes what a header needs encoded.</summary>
public sealed record MailLetter
{
    /// <summary>What its Message-ID is made of; the same on every attempt, so that a repeat can be told.</summary>
    public required string Id { get; init; }

    /// <summary>Whom it goes to: a registered address.</summary>
    public required string To { get; init; }

    /// <summary>On one line, without control characters.</summary>
    public required string Subject { get; init; }

    /// <summary>Its plain text.</summary>
    public required string Text { get; init; }

    /// <summary>The same in HTML.</summary>
    public required string Html { get; init; }

    /// <summary>What kind of mail it is: the label of its list, for filters.</summary>
    public required string List { get; init; }
}
