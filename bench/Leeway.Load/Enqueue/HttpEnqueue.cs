using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Leeway.Load.Processes;
using Leeway.Load.Serving;

namespace Leeway.Load.Enqueue;

/// <summary>One measurement over HTTP.</summary>
/// <param name="PerSecond">Requests answered 202 per second, in the measured stretch.</param>
/// <param name="Accepted">All that were answered 202, from the first to the last.</param>
/// <param name="CpuMicroseconds">CPU of the server by request.</param>
internal sealed record HttpEnqueueResult(double PerSecond, long Accepted, double CpuMicroseconds);

/// <summary>Deferred calls of many connections; no two bodies are equal.</summary>
/// <param name="connections">How many.</param>
internal sealed class HttpEnqueue(int connections = HttpEnqueue.Connections)
{
    public const int Connections = 512;

    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    private long _accepted;
    private static long s_number;

    public async Task<HttpEnqueueResult> RunAsync(ServerProcess server, int seconds)
    {
        _accepted = 0;
        using var stop = new CancellationTokenSource();
        Task sending = SendAsync(server.Address, stop.Token);
        await Task.Delay(Settle);
        long before = Volatile.Read(ref _accepted);
        double cpu = server.CpuSeconds;
        long begun = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        long accepted = Volatile.Read(ref _accepted) - before;
        double elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        cpu = server.CpuSeconds - cpu;
        await stop.CancelAsync();
        await sending;
        return new HttpEnqueueResult(accepted / elapsed, _accepted, cpu / accepted * 1e6);
    }

    /// <summary>Sends as fast as it is answered, on every connection, until it is told to stop.</summary>
    public Task SendAsync(Uri address, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(n => Task.Run(() => CallAsync(address, n, stop), CancellationToken.None)));

    // A call under way is answered before its connection ends, so that every acknowledgement is counted.
    private async Task CallAsync(Uri address, int connection, CancellationToken stop)
    {
        byte[] body = Wire.Deferred(LeewayServer.DeferredModel(connection));
        byte[] head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {Wire.Path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nAuthorization: Bearer sk-bench-0123456789abcdef0123456789abcdef\r\nLeeway-Deadline: 24h\r\nPrefer: respond-async\r\nContent-Length: {body.Length}\r\n\r\n"));
        byte[] request = [.. head, .. body];
        int number = head.Length + Wire.UniqueOffset(body);
        byte[] buffer = new byte[16 * 1024];
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            Wire.Stamp(request.AsSpan(number), Interlocked.Increment(ref s_number));
            await socket.SendAsync(request, CancellationToken.None);
            await ReadAnswerAsync(socket, buffer);
            Interlocked.Increment(ref _accepted);
        }
    }

    private static async Task ReadAnswerAsync(Socket socket, byte[] buffer)
    {
        int filled = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
            if (read == 0)
            {
                throw new InvalidDataException("The connection ended within an answer.");
            }

            filled += read;
            if (IsWhole(buffer.AsSpan(0, filled)))
            {
                return;
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (!answer[9..].StartsWith("202"u8))
        {
            throw new InvalidDataException($"Not 202: {Encoding.ASCII.GetString(answer)}");
        }

        int at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return answer.EndsWith("0\r\n\r\n"u8);
        }

        ReadOnlySpan<byte> digits = answer[(at + 16)..];
        int length = int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }
}
