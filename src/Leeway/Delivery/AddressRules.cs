using System.Net;
using System.Net.Sockets;

namespace Leeway.Delivery;

/// <summary>
/// What kind of place an address is, after the IANA special-purpose registries for IPv4 and IPv6 and the addresses at which clouds
/// serve machine credentials.
/// </summary>
internal static class AddressRules
{
    // The first match names the reason, so narrow ranges stand before the wide ones that hold them.
    private static readonly (IPNetwork Range, string Reason)[] _special =
    [
        .. Named("a cloud metadata address", "169.254.169.254/32", "169.254.170.2/32", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
        .. Named("a loopback address", "127.0.0.0/8", "::1/128"),
        .. Named("an unspecified address", "0.0.0.0/8", "::/128"),
        .. Named("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        .. Named("a link-local address", "169.254.0.0/16", "fe80::/10"),
        .. Named("a carrier-grade NAT address", "100.64.0.0/10"),
        .. Named("a multicast address", "224.0.0.0/4", "ff00::/8"),
        .. Named("a broadcast address", "255.255.255.255/32"),
        .. Named("a reserved address", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "3fff::/20"),
    ];

    private static readonly IPNetwork _globalUnicast = IPNetwork.Parse("2000::/3");

    // Prefixes of 96 bits behind which an IPv4 address stands: compatible, translated (SIIT) and NAT64.
    private static readonly IPNetwork[] _embedding =
    [
        IPNetwork.Parse("::/96"), IPNetwork.Parse("::ffff:0:0:0/96"), IPNetwork.Parse("64:ff9b::/96"),
    ];

    private static readonly IPNetwork _sixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Why the address is no public one, or null when it is.</summary>
    public static string? Describe(IPAddress canonical)
    {
        foreach ((IPNetwork range, string reason) in _special)
        {
            if (range.Contains(canonical))
            {
                return reason;
            }
        }

        return canonical.AddressFamily == AddressFamily.InterNetworkV6 && !_globalUnicast.Contains(canonical) ? "a reserved address" : null;
    }

    /// <summary>The IPv4 address that packets to <paramref name="address"/> end at, when it is one in IPv6 clothes; else the address itself, without zone.</summary>
    public static IPAddress Canonicalize(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        if (plain.Equals(IPAddress.IPv6Loopback) || plain.Equals(IPAddress.IPv6Any))
        {
            return plain;
        }

        // ISATAP (RFC 5214 §6.1) puts 0000:5efe or 0200:5efe and the IPv4 address into the interface id.
        bool isatap = (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
        if (isatap || _embedding.Any(prefix => prefix.Contains(plain)))
        {
            return new IPAddress(bytes.AsSpan(12, 4));
        }

        return _sixToFour.Contains(plain) ? new IPAddress(bytes.AsSpan(2, 4)) : plain;
    }

    private static IEnumerable<(IPNetwork Range, string Reason)> Named(string reason, params string[] ranges) =>
        ranges.Select(range => (IPNetwork.Parse(range), reason));
}
