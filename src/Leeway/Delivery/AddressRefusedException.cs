using System.Net;

namespace Leeway.Delivery;

/// <summary>A connection was not opened because the guard refuses its address.</summary>
public sealed class AddressRefusedException(string host, IPAddress address, string reason)
    : IOException($"'{host}' leads to {address}, {reason}. List its network under delivery.webhooks.allow_private_networks if it may be reached.")
{
    /// <summary>The address that was refused.</summary>
    public IPAddress Address { get; } = address;

    /// <summary>What kind of address it is, such as <c>a loopback address</c>.</summary>
    public string Reason { get; } = reason;
}
