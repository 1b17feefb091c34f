using System.Net;
using System.Net.Sockets;

namespace Leeway.Chaos.Processes;

/// <summary>
/// Ports that servers keep over their restarts. They lie below the range from which the system gives out ports of its own, so that no
/// connection takes one while its server is down.
/// </summary>
internal static class Ports
{
    private const int First = 28_000;
    private const int Count = 4_000;

    private static int s_next = Environment.ProcessId * 61 % Count;

    public static int Take()
    {
        while (true)
        {
            int port = First + (Interlocked.Increment(ref s_next) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }
}
