using System.Net.Sockets;
using System.Text;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Bytes on a socket, for requests that no HTTP client would send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends <paramref name="bytes"/> and returns what came back until the server closed the connection.</summary>
    /// <param name="address">Whose host and port are called.</param>
    /// <param name="bytes">As they are.</param>
    /// <param name="leave">Whether to end the connection's sending side at once.</param>
    public static async Task<string> SendAsync(Uri address, byte[] bytes, bool leave = false)
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        NetworkStream stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes, patience.Token);
            if (leave)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // A server that has heard enough may reset the connection; what it said before counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>A POST with the given header lines and body.</summary>
    public static byte[] Post(string path, string body, params string[] headers) =>
        Encoding.Latin1.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body}");
}
