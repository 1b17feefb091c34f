using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Leeway.Delivery;

/// <summary>Turns a host name into addresses.</summary>
public delegate Task<IPAddress[]> AddressResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Keeps outgoing calls away from this machine and the networks behind it. Only public unicast addresses pass, and those in
/// <c>delivery.webhooks.allow_private_networks</c>. A name is resolved once per connection, all its addresses are checked, and the
/// connection goes to a checked address, so a name cannot change its mind between check and connect.
/// </summary>
public sealed class AddressGuard(
    IConfigSource config,
    TimeProvider clock,
    AddressResolver? resolver = null,
    Func<IReadOnlyCollection<IPAddress>>? ownAddresses = null)
{
    // One silent address of several must not use up the whole attempt.
    private static readonly TimeSpan _patiencePerAddress = TimeSpan.FromSeconds(5);

    private readonly AddressResolver _resolve = resolver ?? Dns.GetHostAddressesAsync;
    private readonly Func<IReadOnlyCollection<IPAddress>> _ownAddresses = ownAddresses ?? ListOwnAddresses;

    /// <summary>Why <paramref name="address"/> may not be reached, such as <c>a loopback address</c>; null when it may.</summary>
    public string? Check(IPAddress address)
    {
        IPAddress canonical = AddressRules.Canonicalize(address);
        if (config.Current.Delivery.Webhooks.AllowPrivateNetworks.Any(network => network.Contains(canonical) || network.Contains(address)))
        {
            return null;
        }

        return AddressRules.Describe(canonical) ?? (_ownAddresses().Contains(canonical) ? "an address of this machine" : null);
    }

    /// <summary>Resolves a name and checks every address.</summary>
    /// <exception cref="AddressRefusedException">At least one address is refused.</exception>
    /// <exception cref="SocketException">The name has no address.</exception>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await _resolve(host, cancellationToken);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        foreach (IPAddress address in addresses)
        {
            if (Check(address) is { } reason)
            {
                throw new AddressRefusedException(host, address, reason);
            }
        }

        return addresses;
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="AddressRefusedException">At least one address of the host is refused.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);

    internal async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await ResolveAsync(host, cancellationToken);
        for (int i = 0; ; i++)
        {
            bool last = i == addresses.Count - 1;
            using var patience = new CancellationTokenSource(last ? Timeout.InfiniteTimeSpan : _patiencePerAddress, clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), linked.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e) when (!last && !cancellationToken.IsCancellationRequested && (e is SocketException or OperationCanceledException))
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static HashSet<IPAddress> ListOwnAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)];
}
