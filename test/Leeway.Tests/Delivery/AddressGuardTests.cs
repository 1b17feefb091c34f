using System.Net;
using System.Net.Sockets;
using Leeway.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Delivery;

public sealed class AddressGuardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("fd00::1", "private")]
    [InlineData("fec0::1", "private")]
    [InlineData("169.254.1.1", "link-local")]
    [InlineData("fe80::1%2", "link-local")]
    [InlineData("100.64.0.1", "carrier-grade")]
    [InlineData("100.127.255.255", "carrier-grade")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("192.0.0.1", "reserved")]
    [InlineData("198.18.0.1", "reserved")]
    [InlineData("203.0.113.9", "reserved")]
    [InlineData("2001:db8::1", "reserved")]
    [InlineData("2001::1", "reserved")]
    [InlineData("4000::1", "reserved")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("192.0.0.192", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("::ffff:169.254.169.254", "metadata")]
    [InlineData("::ffff:a9fe:a9fe", "metadata")]
    [InlineData("::169.254.169.254", "metadata")]
    [InlineData("::ffff:0:169.254.169.254", "metadata")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata")]
    [InlineData("64:ff9b:1::a9fe:a9fe", "reserved")]
    [InlineData("2002:a9fe:a9fe::1", "metadata")]
    [InlineData("2002:7f00:1::", "loopback")]
    [InlineData("2a00:1450::5efe:10.0.0.1", "private")]
    public void An_address_that_is_not_public_is_refused_by_what_it_is(string address, string reason) =>
        Assert.Contains(reason, Guard().Check(IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    public void A_public_address_passes(string address) => Assert.Null(Guard().Check(IPAddress.Parse(address)));

    [Fact]
    public void An_allowed_network_opens_itself_and_nothing_beside_it()
    {
        AddressGuard guard = Guard(allow: "10.1.0.0/16");
        Assert.Null(guard.Check(IPAddress.Parse("10.1.2.3")));
        Assert.Null(guard.Check(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.NotNull(guard.Check(IPAddress.Parse("10.2.0.1")));
        Assert.NotNull(guard.Check(IPAddress.Parse("::ffff:10.2.0.1")));
    }

    [Fact]
    public void A_public_address_of_this_machine_is_refused()
    {
        var guard = new AddressGuard(Config(), new FakeTimeProvider(), ownAddresses: () => [IPAddress.Parse("93.184.216.34")]);
        Assert.Equal("an address of this machine", guard.Check(IPAddress.Parse("93.184.216.34")));
        Assert.Equal("an address of this machine", guard.Check(IPAddress.Parse("::ffff:93.184.216.34")));
        Assert.Null(guard.Check(IPAddress.Parse("93.184.216.35")));
    }

    [Fact]
    public async Task One_refused_address_among_public_ones_refuses_the_name()
    {
        AddressGuard guard = Guard(answers: ["93.184.216.34", "10.0.0.1"]);
        AddressRefusedException e = await Assert.ThrowsAsync<AddressRefusedException>(() => guard.ConnectAsync("two.example", 443, Stop).AsTask());
        Assert.Equal(IPAddress.Parse("10.0.0.1"), e.Address);
    }

    [Fact]
    public async Task A_name_without_addresses_is_an_error()
    {
        await Assert.ThrowsAsync<SocketException>(() => Guard(answers: []).ConnectAsync("none.example", 443, Stop).AsTask());
    }

    [Fact]
    public async Task The_next_checked_address_is_tried_when_one_does_not_answer()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        AddressGuard guard = Guard("127.0.0.0/8", "127.0.0.77", "127.0.0.1");
        await using Stream stream = await guard.ConnectAsync("two.example", receiver.Port, Stop);
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task A_name_is_asked_for_once_and_the_checked_address_is_the_one_connected_to()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        int asked = 0;
        AddressResolver flipping = (_, _) => Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]);
        var guard = new AddressGuard(Config("127.0.0.1/32"), new FakeTimeProvider(), flipping);

        await using (await guard.ConnectAsync("flip.example", receiver.Port, Stop))
        {
            Assert.Equal(1, asked);
        }

        await Assert.ThrowsAsync<AddressRefusedException>(() => guard.ConnectAsync("flip.example", receiver.Port, Stop).AsTask());
    }

    private static StaticConfig Config(params string[] allow) =>
        new(new LeewayConfig { Delivery = new DeliveryConfig { Webhooks = new WebhooksConfig { AllowPrivateNetworks = [.. allow.Select(text => IPNetwork.Parse(text))] } } });

    private static AddressGuard Guard(string? allow = null, params string[] answers) =>
        new(Config(allow is null ? [] : [allow]), new FakeTimeProvider(), (_, _) => Task.FromResult(answers.Select(text => IPAddress.Parse(text)).ToArray()));
}
