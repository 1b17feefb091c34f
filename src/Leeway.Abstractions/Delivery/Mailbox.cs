using System.Diagnostics.CodeAnalysis;

namespace Leeway;

/// <summary>
/// A mail address, perhaps with a name before it. Only the plain form that mail systems agree on: letters, digits and a few signs before the
/// @, a host name with a dot behind it. Quoted parts, comments, groups, lists, address literals and everything outside ASCII are refused,
/// not repaired: they are how one address is made to look like another, or like several.
/// </summary>
/// <param name="Name">What is shown beside the address, or null.</param>
/// <param name="Address">The address itself.</param>
public sealed record Mailbox(string? Name, string Address)
{
    /// <summary>The longest address that a mail system must take (RFC 5321 §4.5.3.1.3).</summary>
    public const int MaxAddress = 254;

    private const int MaxLocal = 64;
    private const int MaxLabel = 63;
    private const int MaxName = 100;
    private const string LocalSigns = "!#$%&'*+-/=?^_`{|}~.";

    /// <summary>The part behind the @, in lower case.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    /// <summary>Reads <c>name@host</c> or <c>Some Name &lt;name@host&gt;</c>.</summary>
    /// <returns>Null, or what is wrong with the text.</returns>
    public static string? TryParse(string text, out Mailbox? mailbox)
    {
        mailbox = null;
        int open = text.IndexOf('<', StringComparison.Ordinal);
        string address = open < 0 ? text : text[(open + 1)..].TrimEnd('>');
        if (open >= 0 && (!text.EndsWith('>') || text.Length - address.Length != open + 2))
        {
            return "the address must end with a single >";
        }

        string name = open <= 0 ? "" : text[..open].Trim();
        if (name.Length > MaxName || name.Any(c => char.IsControl(c) || c is '"' or '\\' or ',' or ';' or ':' or '@' or '>' or '(' or ')'))
        {
            return $"the name has more than {MaxName} characters or one of \" \\ , ; : @ > ( )";
        }

        if (CheckAddress(address) is { } wrong)
        {
            return wrong;
        }

        mailbox = new Mailbox(name.Length == 0 ? null : name, address);
        return null;
    }

    /// <summary>Whether it is a plain address without a name.</summary>
    public static bool IsAddress([NotNullWhen(true)] string? text, out string why)
    {
        why = text is null ? "it is missing" : CheckAddress(text) ?? "";
        return why.Length == 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Name is null ? Address : $"{Name} <{Address}>";

    private static string? CheckAddress(string address)
    {
        if (address.Length > MaxAddress)
        {
            return $"the address has {address.Length} characters, more than {MaxAddress}";
        }

        int at = address.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at != address.LastIndexOf('@'))
        {
            return "an address has one @ with something before it";
        }

        string local = address[..at];
        if (local.Length > MaxLocal || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal)
            || !local.All(c => char.IsAsciiLetterOrDigit(c) || LocalSigns.Contains(c, StringComparison.Ordinal)))
        {
            return "before the @ stand letters, digits and .!#$%&'*+-/=?^_`{|}~ only, at most 64, no dot first, last or twice in a row";
        }

        string[] labels = address[(at + 1)..].Split('.');
        bool good = labels.Length >= 2 && labels.All(label =>
            label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        return good && !labels[^1].All(char.IsAsciiDigit) ? null : "behind the @ stands a host name with a dot, in ASCII (an international one in its xn-- form)";
    }
}
