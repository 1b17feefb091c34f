using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Leeway.Load.Processes;
using Leeway.Load.Serving;

namespace Leeway.Load.RealTime;

/// <summary>Events that came in a stretch of time, and what they cost the server.</summary>
internal sealed record SseResult(long Events, double PerSecond, double CpuSeconds, string? Trouble);

/// <summary>Keeps many streams open on plain sockets and counts events.</summary>
internal sealed class SseLoad(int streams)
{
    private static readonly byte[] s_mark = "data: "u8.ToArray();
    private static readonly byte[] s_end = "0\r\n\r\n"u8.ToArray();

    private long _events;
    private string? _trouble;

    /// <summary>Lets the streams settle for a stream's length, then measures.</summary>
    public async Task<SseResult> RunAsync(ServerProcess server, int seconds)
    {
        byte[] request = [.. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {Wire.Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/json\r\nAuthorization: Bearer sk-bench-0123456789abcdef0123456789abcdef\r\nContent-Length: {Wire.StreamRequest.Length}\r\n\r\n")), .. Wire.StreamRequest];
        (_events, _trouble) = (0, null);
        using var stop = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(0, streams).Select(n => ClientAsync(server.Address, request, TimeSpan.FromMilliseconds(1000.0 * n / streams), stop.Token))];
        await Task.Delay(TimeSpan.FromSeconds(1.5));

        long before = Volatile.Read(ref _events);
        double cpu = server.CpuSeconds;
        long begun = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        double elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        double spent = server.CpuSeconds - cpu;
        long events = Volatile.Read(ref _events) - before;

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        return new SseResult(events, events / elapsed, spent, _trouble);
    }

    private async Task ClientAsync(Uri address, byte[] request, TimeSpan delay, CancellationToken stop)
    {
        try
        {
            // Spread over a second, so that streams neither begin nor end together.
            await Task.Delay(delay, stop);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port, stop);
            byte[] buffer = new byte[16 * 1024];
            while (!stop.IsCancellationRequested)
            {
                await socket.SendAsync(request, stop);
                await ReadStreamAsync(socket, buffer, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception) when (exception is SocketException or InvalidDataException)
        {
            _trouble = exception.Message;
        }
    }

    // Chunks are not taken apart: a mark or the end is found wherever the reads split it, because the last bytes are kept.
    private async Task ReadStreamAsync(Socket socket, byte[] buffer, CancellationToken stop)
    {
        int kept = 0;
        bool first = true;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(kept), stop);
            if (read == 0)
            {
                throw new InvalidDataException("The stream broke off.");
            }

            int filled = kept + read;
            if (first && (filled < 12 || !buffer.AsSpan(9, 3).SequenceEqual("200"u8)))
            {
                throw new InvalidDataException($"Not 200: {Encoding.ASCII.GetString(buffer, 0, Math.Min(filled, 400))}");
            }

            first = false;
            Interlocked.Add(ref _events, Count(buffer.AsSpan(0, filled), out int behind));
            if (buffer.AsSpan(0, filled).EndsWith(s_end))
            {
                return;
            }

            kept = Math.Min(filled - behind, s_mark.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }
    }

    private static int Count(ReadOnlySpan<byte> bytes, out int behind)
    {
        int count = 0;
        behind = 0;
        while (bytes[behind..].IndexOf(s_mark) is >= 0 and var at)
        {
            count++;
            behind += at + s_mark.Length;
        }

        return count;
    }
}
