using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Leeway.Chaos.Network;

/// <summary>
/// The network between one node and one server: a relay of TCP connections that can be slowed, cut without a word, or reset, each way by
/// itself. Bytes that were held back while a way was dropped are lost, and so is their connection: it is reset when the way opens again,
/// since a stream with a hole in it is worse than none.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferBytes = 32 * 1024;

    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Relay, bool> _relays = new();
    private readonly Task _accepting;
    private volatile Setting _setting = Setting.Clear;

    public FaultProxy(int port, int target)
    {
        (Port, _target) = (port, target);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Sets both ways from now on, for connections that stand and those to come.</summary>
    public void Set(Passage toServer, Passage toClient, TimeSpan delay = default)
    {
        Setting before = _setting;
        _setting = new Setting(toServer, toClient, delay);
        foreach (Relay relay in _relays.Keys)
        {
            if (_setting.Resets || (relay.LostBytes && before != _setting))
            {
                relay.Reset();
            }
        }
    }

    public void Open() => Set(Passage.Open, Passage.Open);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (Relay relay in _relays.Keys)
        {
            relay.Reset();
        }

        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue;
            }

            _ = RelayAsync(client);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var relay = new Relay(client);
        _relays[relay] = true;
        try
        {
            if (_setting.Resets)
            {
                return;
            }

            await relay.Server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(
                PumpAsync(relay, client, relay.Server, static setting => setting.ToServer),
                PumpAsync(relay, relay.Server, client, static setting => setting.ToClient));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is down, or was cut off.
        }
        finally
        {
            relay.Reset();
            _relays.TryRemove(relay, out _);
        }
    }

    private async Task PumpAsync(Relay relay, Socket from, Socket to, Func<Setting, Passage> way)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
                Setting setting = _setting;
                Passage passage = way(setting);
                if (passage == Passage.Dropped)
                {
                    // An end is as unseen as bytes are.
                    relay.LostBytes = true;
                    if (read == 0)
                    {
                        await Task.Delay(Timeout.Infinite, relay.Gone);
                    }

                    continue;
                }

                if (passage == Passage.Slow)
                {
                    await Task.Delay(setting.Delay, relay.Gone);
                }

                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);

                    // The other way may still have something to bring.
                    await Task.Delay(TimeSpan.FromSeconds(1), relay.Gone);
                    return;
                }

                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None, _stop.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Over.
        }
    }

    /// <summary>Both ways.</summary>
    private sealed record Setting(Passage ToServer, Passage ToClient, TimeSpan Delay)
    {
        public static readonly Setting Clear = new(Passage.Open, Passage.Open, TimeSpan.Zero);

        public bool Resets => ToServer == Passage.Reset || ToClient == Passage.Reset;
    }

    /// <summary>One connection and what it is relayed over.</summary>
#pragma warning disable CA1001 // Others may reset it at any moment, and what it owns holds nothing once it is cancelled.
    private sealed class Relay(Socket client)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _gone = new();

        public Socket Server { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool LostBytes { get; set; }

        public CancellationToken Gone => _gone.Token;

        public void Reset()
        {
            _gone.Cancel();
            Close(client);
            Close(Server);
        }

        // Closing with nothing to linger for sends RST.
        private static void Close(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }

            socket.Dispose();
        }
    }
}
