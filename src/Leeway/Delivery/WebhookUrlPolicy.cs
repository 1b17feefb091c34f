using System.Collections.Frozen;
using System.Net;

namespace Leeway.Delivery;

/// <summary>
/// Which addresses may be registered as webhook endpoints. Strict about spelling, because two URL readers that disagree about the
/// host are how guards are passed by: what is unusual is refused, not repaired.
/// </summary>
/// <remarks>
/// Ports: 443 (and 80), and any port from 1024 except those of well-known services that do not speak HTTP, as browsers do.
/// Names are resolved and checked when connecting, by <see cref="AddressGuard"/>.
/// </remarks>
public sealed class WebhookUrlPolicy(IConfigSource config, AddressGuard guard)
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxLength = 2048;

    private const string Field = "url";
    private const int ShownLength = 200;

    // Ports from 1024 up in the Fetch standard's list of bad ports, and those of data stores and cluster control planes.
    private static readonly FrozenSet<int> _blockedPorts = FrozenSet.Create(
        1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
        1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 6379, 6443, 9042, 9092, 9200, 9300, 10250, 11211, 27017);

    // Names with a fixed meaning, told at registration rather than when connecting.
    private static readonly FrozenDictionary<string, IPAddress> _knownNames = new Dictionary<string, IPAddress>(StringComparer.OrdinalIgnoreCase)
    {
        ["localhost"] = IPAddress.Loopback,
        ["metadata.google.internal"] = IPAddress.Parse("169.254.169.254"),
        ["metadata"] = IPAddress.Parse("169.254.169.254"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with <paramref name="url"/>, or null when it may be called.</summary>
    public WebhookProblem? Check(string url)
    {
        if (url.Length > MaxLength)
        {
            return Invalid(url, $"it has {url.Length} characters", $"Use at most {MaxLength}.");
        }

        if (url.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || url.Contains('\\'))
        {
            return Invalid(url, "it holds a space, a back-slash, a control character or a character outside ASCII", "Write such characters percent-encoded, and an international host name in its xn-- form.");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || !HasAuthority(url, uri))
        {
            return Invalid(url, "it is not an absolute URL with a valid host and port", "Use the form https://host/path.");
        }

        return CheckScheme(url, uri) ?? CheckParts(url, uri) ?? CheckHost(url, uri);
    }

    /// <summary>The URL as it may be shown and logged: without credentials, query and fragment, shortened.</summary>
    public static string Show(string url)
    {
        ReadOnlySpan<char> text = url;
        int end = text.IndexOfAny('?', '#');
        text = end < 0 ? text : text[..end];
        int at = text.LastIndexOf('@');
        int slashes = text.IndexOf("//");
        string shown = at < 0 ? text.ToString() : slashes >= 0 && slashes < at ? $"{text[..(slashes + 2)]}{text[(at + 1)..]}" : text[(at + 1)..].ToString();
        shown = string.Concat(shown.Where(c => !char.IsControl(c)));
        return shown.Length <= ShownLength ? shown : $"{shown[..ShownLength]}…";
    }

    internal static WebhookProblem Refused(string url, string what) =>
        new("webhook_address_refused", Field, $"{Field} '{Show(url)}' is refused: {what}. Use a public host, or have its network listed under delivery.webhooks.allow_private_networks.");

    private static WebhookProblem Invalid(string url, string what, string remedy) =>
        new("webhook_url_invalid", Field, $"{Field} '{Show(url)}' is refused: {what}. {remedy}");

    private static bool HasAuthority(string url, Uri uri) =>
        url.StartsWith(uri.Scheme + "://", StringComparison.OrdinalIgnoreCase) && uri.Host.Length > 0;

    private WebhookProblem? CheckScheme(string url, Uri uri)
    {
        if (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && config.Current.Delivery.Webhooks.AllowHttp))
        {
            return null;
        }

        string remedy = uri.Scheme == Uri.UriSchemeHttp ? "Use https, or have delivery.webhooks.allow_http switched on." : "Use https.";
        return Invalid(url, $"the scheme is {uri.Scheme}", remedy);
    }

    private static WebhookProblem? CheckParts(string url, Uri uri)
    {
        if (uri.UserInfo.Length > 0 || Authority(url).Contains('@'))
        {
            return Invalid(url, "it holds a user name or password", "Leave them out; deliveries are signed.");
        }

        if (url.Contains('#'))
        {
            return Invalid(url, "it holds a fragment", "Leave out the part from # on.");
        }

        bool open = uri.Port is 80 or 443 or >= 1024 && !_blockedPorts.Contains(uri.Port);
        return open ? null : Invalid(url, $"port {uri.Port} is not for webhooks", "Use 443 or a port from 1024 on that no other well-known service has.");
    }

    private WebhookProblem? CheckHost(string url, Uri uri)
    {
        string written = HostAsWritten(url);
        string host = uri.IdnHost.TrimEnd('.');
        if (written.Contains('%') || host.Length == 0)
        {
            return Invalid(url, "the host is escaped, empty or has a zone", "Write the plain host name.");
        }

        if (EndsInNumber(written) && !(IPAddress.TryParse(written, out IPAddress? quad) && quad.ToString() == written))
        {
            return Invalid(url, "the host is an IPv4 address in an unusual spelling", "Write it as four decimal numbers.");
        }

        if (!IPAddress.TryParse(host, out IPAddress? address) && !_knownNames.TryGetValue(host, out address))
        {
            address = host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : null;
        }

        return address is not null && guard.Check(address) is { } reason ? Refused(url, $"the host is {reason}") : null;
    }

    // The rule by which browsers decide that a host is an IPv4 address in some spelling: its last label is a number.
    private static bool EndsInNumber(string host)
    {
        if (host.StartsWith('['))
        {
            return false;
        }

        string label = host.TrimEnd('.').Split('.')[^1];
        bool hex = label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.Skip(2).All(char.IsAsciiHexDigit);
        return hex || label.All(char.IsAsciiDigit);
    }

    private static string Authority(string url)
    {
        ReadOnlySpan<char> rest = url.AsSpan(url.IndexOf("//", StringComparison.Ordinal) + 2);
        int end = rest.IndexOfAny('/', '?', '#');
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    private static string HostAsWritten(string url)
    {
        string authority = Authority(url);
        int port = authority.LastIndexOf(':');
        return port > authority.LastIndexOf(']') ? authority[..port] : authority;
    }
}
