using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Leeway;

/// <summary>An address and a port to listen on; port 0 lets the system choose.</summary>
public readonly record struct ListenAddress(IPAddress Address, int Port)
{
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    public static ListenAddress Loopback(int port) => new(IPAddress.Loopback, port);

    /// <summary>Reads <c>127.0.0.1:8080</c>, <c>[::1]:8080</c> or <c>localhost:8080</c>; a port is required.</summary>
    public static bool TryParse(string text, out ListenAddress value)
    {
        value = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        string host = text[..colon];
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            value = Loopback(port);
            return true;
        }

        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        // IPAddress also reads 127.1 and 0x7f000001; only the dotted quad is unmistakable in a configuration file.
        if (!IPAddress.TryParse(host, out IPAddress? address)
            || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6)
            || (!bracketed && address.ToString() != host))
        {
            return false;
        }

        value = new ListenAddress(address, port);
        return true;
    }

    public override string ToString() =>
        Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
