using System.Net;
using Leeway.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Delivery;

public sealed class WebhookUrlPolicyTests
{
    [Theory]
    [InlineData("https://127.0.0.1/", "loopback")]
    [InlineData("https://localhost/", "loopback")]
    [InlineData("https://LOCALHOST./", "loopback")]
    [InlineData("https://api.localhost/", "loopback")]
    [InlineData("https://[::1]/", "loopback")]
    [InlineData("https://[::]/", "unspecified")]
    [InlineData("https://[::ffff:169.254.169.254]/", "metadata")]
    [InlineData("https://[::ffff:a9fe:a9fe]/", "metadata")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/", "metadata")]
    [InlineData("https://[fd00::1]/", "private")]
    [InlineData("https://[fe80::1]/", "link-local")]
    [InlineData("https://169.254.169.254/latest/meta-data", "metadata")]
    [InlineData("https://metadata.google.internal/", "metadata")]
    [InlineData("https://100.64.0.1/", "carrier-grade")]
    [InlineData("https://192.0.0.192/", "metadata")]
    [InlineData("https://10.0.0.1/", "private")]
    [InlineData("https://224.0.0.1/", "multicast")]
    [InlineData("https://255.255.255.255/", "broadcast")]
    public void A_host_inside_is_refused(string url, string reason)
    {
        WebhookProblem? problem = Policy().Check(url);
        Assert.Equal("webhook_address_refused", problem?.Code);
        Assert.Contains(reason, problem?.Message);
    }

    [Theory]
    [InlineData("https://127.1/", "unusual spelling")]
    [InlineData("https://0/", "unusual spelling")]
    [InlineData("https://0x7f000001/", "unusual spelling")]
    [InlineData("https://2130706433/", "unusual spelling")]
    [InlineData("https://017700000001/", "unusual spelling")]
    [InlineData("https://0177.0.0.1/", "unusual spelling")]
    [InlineData("https://127.0.0.1./", "unusual spelling")]
    [InlineData("https://93.184.216.034/", "unusual spelling")]
    [InlineData("https://example.0x7f/", "unusual spelling")]
    [InlineData("https://①②⑦.0.0.1/", "outside ASCII")]
    [InlineData("https://１２７.0.0.1/", "outside ASCII")]
    [InlineData("https://bücher.example/", "outside ASCII")]
    [InlineData("https://[fe80::1%25eth0]/", "zone")]
    [InlineData("https://%31%32%37.0.0.1/", "")]
    [InlineData("https://good.example@127.0.0.1/", "user name")]
    [InlineData("https://user:password@good.example/", "user name")]
    [InlineData("https://@good.example/", "user name")]
    [InlineData("https://127.0.0.1#good.example", "fragment")]
    [InlineData("https://good.example/hook#", "fragment")]
    [InlineData("https://good.example\\@127.0.0.1/", "back-slash")]
    [InlineData("https:\\\\127.0.0.1\\", "back-slash")]
    [InlineData("https://good.example/a b", "space")]
    [InlineData("https://good.example/\r\nHost: evil", "control")]
    [InlineData(" https://good.example/", "space")]
    [InlineData("http://good.example/", "scheme is http")]
    [InlineData("file:///etc/passwd", "")]
    [InlineData("gopher://good.example/", "scheme is gopher")]
    [InlineData("ftp://good.example/", "scheme is ftp")]
    [InlineData("javascript:alert(1)", "absolute URL")]
    [InlineData("//good.example/", "absolute URL")]
    [InlineData("/hook", "absolute URL")]
    [InlineData("https:good.example", "absolute URL")]
    [InlineData("https:/good.example", "absolute URL")]
    [InlineData("https:///hook", "")]
    [InlineData("", "absolute URL")]
    [InlineData("https://good.example:22/", "port 22")]
    [InlineData("https://good.example:25/", "port 25")]
    [InlineData("https://good.example:6379/", "port 6379")]
    [InlineData("https://good.example:0/", "port 0")]
    [InlineData("https://good.example:65536/", "valid host and port")]
    [InlineData("https://good.example:-1/", "valid host and port")]
    public void A_url_that_could_be_read_in_two_ways_is_refused(string url, string reason)
    {
        WebhookProblem? problem = Policy().Check(url);
        Assert.Equal("webhook_url_invalid", problem?.Code);
        Assert.Contains(reason, problem?.Message);
    }

    [Theory]
    [InlineData("https://good.example/hook")]
    [InlineData("https://good.example:8443/hook?token=1")]
    [InlineData("https://good.example./hook")]
    [InlineData("https://good.example.evil.test/")]
    [InlineData("https://xn--bcher-kva.example/")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:4700::1111]:443/")]
    [InlineData("HTTPS://GOOD.EXAMPLE/")]
    public void A_plain_public_url_passes(string url) => Assert.Null(Policy().Check(url));

    [Fact]
    public void Http_passes_only_when_it_is_switched_on()
    {
        Assert.Null(Policy(new WebhooksConfig { AllowHttp = true }).Check("http://good.example/"));
        Assert.Contains("allow_http", Policy().Check("http://good.example/")!.Message);
    }

    [Fact]
    public void A_url_of_2048_characters_passes_and_a_longer_one_is_refused()
    {
        string longest = "https://good.example/".PadRight(WebhookUrlPolicy.MaxLength, 'a');
        Assert.Null(Policy().Check(longest));
        Assert.Contains("2049 characters", Policy().Check(longest + "a")!.Message);
    }

    [Fact]
    public void An_allowed_network_passes_as_address_and_as_localhost()
    {
        WebhookUrlPolicy policy = Policy(new WebhooksConfig { AllowPrivateNetworks = [IPNetwork.Parse("127.0.0.0/8")] });
        Assert.Null(policy.Check("https://127.0.0.1:8443/"));
        Assert.Null(policy.Check("https://localhost:8443/"));
        Assert.NotNull(policy.Check("https://10.0.0.1/"));
    }

    [Theory]
    [InlineData("https://user:hunter2@good.example/?token=hunter2")]
    [InlineData("https://good.example:25/?token=hunter2")]
    [InlineData("https://good.example/#hunter2")]
    [InlineData("hunter2@good.example")]
    public void The_message_names_the_field_and_a_remedy_but_no_credentials(string url)
    {
        WebhookProblem problem = Policy().Check(url)!;
        Assert.Equal("url", problem.Field);
        Assert.StartsWith("url '", problem.Message);
        Assert.Contains("good.example", problem.Message);
        Assert.Contains(". ", problem.Message);
        Assert.DoesNotContain("hunter2", problem.Message);
    }

    private static WebhookUrlPolicy Policy(WebhooksConfig? webhooks = null)
    {
        var config = new StaticConfig(new LeewayConfig { Delivery = new DeliveryConfig { Webhooks = webhooks ?? new() } });
        return new WebhookUrlPolicy(config, new AddressGuard(config, new FakeTimeProvider()));
    }
}
