using System.Net;
using System.Net.Sockets;
using System.Text;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

public sealed class HostileEndpointTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using Receiver inside = await Receiver.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(status, "Location", inside.Url);
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);

        Assert.Equal(DeliveryState.Retrying, delivery.State);
        Assert.Contains("redirects are not followed", delivery.LastError);
        Assert.Empty(inside.Calls);
    }

    [Fact]
    public async Task A_name_that_turns_inward_after_registration_is_not_called()
    {
        await using Receiver inside = await Receiver.StartAsync(IPAddress.Parse("127.0.0.2"));
        string answer = "93.184.216.34";
        using var bench = new DeliveryBench(resolver: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answer)]));
        WebhookEndpoint endpoint = await bench.RegisterAsync($"http://flip.example:{inside.Port}/");
        answer = "127.0.0.2";
        DeliveryId id = bench.Add(endpoint.Id);
        await bench.RunAsync();

        Assert.Equal(DeliveryState.Retrying, bench.Store[id].State);
        Assert.Contains("'flip.example' leads to 127.0.0.2, a loopback address", bench.Store[id].LastError);
        Assert.Empty(inside.Calls);
    }

    [Fact]
    public async Task A_name_that_flips_between_questions_is_called_at_the_checked_address()
    {
        await using Receiver allowed = await Receiver.StartAsync();
        int asked = 0;
        AddressResolver flipping = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++asked <= 2 ? "127.0.0.1" : "127.0.0.2")]);
        using var bench = new DeliveryBench(resolver: flipping);
        DeliveryRecord delivery = await bench.DeliverAsync($"http://flip.example:{allowed.Port}/");

        Assert.Equal(DeliveryState.Delivered, delivery.State);
        Assert.Equal(2, asked);
        Assert.Single(allowed.Calls);
    }

    [Fact]
    public async Task A_name_with_a_public_and_a_private_address_is_refused_at_registration()
    {
        using var bench = new DeliveryBench(resolver: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34"), IPAddress.Parse("10.0.0.1")]));
        WebhookRegistration registration = await bench.Registry.RegisterAsync("https://two.example/?token=hunter2", Teams.Default, [], Stop);
        Assert.False(registration.Registered);
        Assert.Equal("webhook_address_refused", registration.Problem.Code);
        Assert.Contains("10.0.0.1, a private address", registration.Problem.Message);
        Assert.DoesNotContain("hunter2", registration.Problem.Message);
        Assert.Empty(await bench.Registry.ListAsync(Stop));
    }

    [Fact]
    public async Task An_endpoint_registered_under_looser_rules_is_checked_again_at_each_attempt()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var loose = new DeliveryBench();
        WebhookEndpoint endpoint = await loose.RegisterAsync(receiver.Url);
        using var strict = new DeliveryBench(new WebhooksConfig { AllowHttp = true });
        await strict.Store.AddEndpointAsync(endpoint, Stop);
        DeliveryId id = strict.Add(endpoint.Id);
        await strict.RunAsync();

        Assert.Contains("loopback", strict.Store[id].LastError);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_registered_and_its_delivery_retried()
    {
        using var bench = new DeliveryBench(resolver: (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        DeliveryRecord delivery = await bench.DeliverAsync("http://none.example/");
        Assert.Equal((DeliveryState.Retrying, "The host name could not be resolved."), (delivery.State, delivery.LastError));
    }

    [Fact]
    public async Task A_closed_port_is_a_failure_that_is_named()
    {
        int port;
        await using (Receiver receiver = await Receiver.StartAsync())
        {
            port = receiver.Port;
        }

        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync($"http://127.0.0.1:{port}/");
        Assert.Equal("No connection could be made: ConnectionRefused.", delivery.LastError);
    }

    [Fact]
    public async Task A_server_without_tls_is_a_failure_that_is_named()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync($"https://127.0.0.1:{receiver.Port}/");
        Assert.StartsWith("No TLS connection could be made", delivery.LastError);
    }

    [Fact]
    public async Task An_answer_whose_headers_trickle_in_ends_with_the_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var bench = new DeliveryBench();
        Task trickle = TrickleAsync(listener, bench);

        DeliveryRecord delivery = await bench.DeliverAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        Assert.Equal((DeliveryState.Retrying, "The endpoint did not answer within 20 s."), (delivery.State, delivery.LastError));
        await trickle;
    }

    [Fact]
    public async Task A_body_that_never_ends_does_not_hold_a_taken_delivery()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = async context =>
        {
            await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var bench = new DeliveryBench(wall: TimeProvider.System);
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url).WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Assert.Equal(DeliveryState.Delivered, delivery.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_huge_answer_only_the_beginning_is_read(bool compressed)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<long> poured = PourAsync(listener, compressed);
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        Assert.Equal(DeliveryState.Delivered, delivery.State);
        Assert.InRange(await poured.WaitAsync(TimeSpan.FromSeconds(10), Stop), 1, 64L << 20);
    }

    [Fact]
    public async Task Huge_answer_headers_are_a_failure()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(200, "x-huge", new string('a', 100_000));
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);
        Assert.Equal((DeliveryState.Retrying, 1), (delivery.State, delivery.Attempts));
    }

    private static async Task TrickleAsync(TcpListener listener, DeliveryBench bench)
    {
        using Socket socket = await listener.AcceptSocketAsync(Stop);
        byte[] buffer = new byte[4096];
        await socket.ReceiveAsync(buffer, Stop);
        await socket.SendAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), Stop);
        int seconds = 0;
        try
        {
            for (; seconds < 100; seconds++)
            {
                await socket.SendAsync("x: y\r\n"u8.ToArray(), Stop);
                bench.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
        catch (SocketException)
        {
            // The sender has hung up, as it should.
        }

        Assert.InRange(seconds, 20, 100);
    }

    // Sends until the other side hangs up and tells how much went out, socket buffers included.
    private static async Task<long> PourAsync(TcpListener listener, bool compressed)
    {
        const long Promised = 10L << 30;
        using Socket socket = await listener.AcceptSocketAsync(Stop);
        byte[] block = new byte[64 * 1024];
        await socket.ReceiveAsync(block, Stop);
        string encoding = compressed ? "Content-Encoding: gzip\r\n" : "";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{encoding}Content-Length: {Promised}\r\n\r\n"), Stop);
        long poured = 0;
        try
        {
            while (poured < Promised)
            {
                poured += await socket.SendAsync(block, Stop);
            }
        }
        catch (SocketException)
        {
            // Hung up.
        }

        return poured;
    }
}
