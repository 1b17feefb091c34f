using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>Stands between a storage and its server, and can lose the answers to commits, or take no connection at all.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private static readonly byte[] s_committed = "COMMIT\0"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _server;
    private int _answersToLose;

    public CuttingProxy(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        _server = settings.Port;
        _listener.Start();
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Connection = settings.ConnectionString;
        _ = AcceptAsync();
    }

    public string Connection { get; }

    /// <summary>Whether connections are refused.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Commits whose answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>The server commits, and its answer is lost with the connection.</summary>
    public void LoseAnswers(int count) => Interlocked.Add(ref _answersToLose, count);

    /// <summary>Also takes no connection from then on.</summary>
    public bool ClosesWithAnswer { get; set; }

    /// <summary>Cuts everything, and takes no connection until it is opened.</summary>
    public void Close()
    {
        IsClosed = true;
        CutAll();
    }

    public void Open() => IsClosed = false;

    public void CutAll()
    {
        while (_sockets.TryTake(out Socket? socket))
        {
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        CutAll();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            if (IsClosed)
            {
                client.Dispose();
                continue;
            }

            var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(client);
            _sockets.Add(server);
            if (IsClosed)
            {
                // Since it was looked at; whoever closed may not have seen this one.
                CutAll();
                continue;
            }

            _ = PumpAsync(client, server);
        }
    }

    private async Task PumpAsync(Socket client, Socket server)
    {
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(CopyAsync(client, server, null), CopyAsync(server, client, IsToBeLost));
        }
        catch (SocketException)
        {
            // Cut.
        }

        client.Dispose();
        server.Dispose();
    }

    private bool IsToBeLost(ReadOnlySpan<byte> answer)
    {
        if (Volatile.Read(ref _answersToLose) <= 0 || answer.IndexOf(s_committed) < 0)
        {
            return false;
        }

        Interlocked.Decrement(ref _answersToLose);
        Lost++;
        IsClosed |= ClosesWithAnswer;
        return true;
    }

    private static async Task CopyAsync(Socket from, Socket to, Func<ReadOnlySpan<byte>, bool>? isToBeLost)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0 && isToBeLost?.Invoke(buffer.AsSpan(0, read)) != true)
            {
                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
