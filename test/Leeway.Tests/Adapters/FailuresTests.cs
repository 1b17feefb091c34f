using System.Net.Sockets;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Tests.Adapters;

public sealed class FailuresTests
{
    private static readonly Deployment s_deployment = new()
    {
        Id = "openai/gpt-4o",
        Provider = "openai",
        Kind = "openai",
        Model = "gpt-4o",
        BaseUrl = new Uri("http://127.0.0.1:1"),
        ApiKey = "sk-test",
    };

    [Fact]
    public void A_connection_that_breaks_in_the_moment_it_stands_has_failed_and_cost_nothing()
    {
        var broken = new SocketException((int)SocketError.NotConnected);
        Assert.True(Failures.IsTransport(broken, CancellationToken.None));

        ProviderError error = Failures.Wrap(broken, s_deployment).Error;
        Assert.Equal((ProviderErrorKind.ConnectFailed, false), (error.Kind, error.MayHaveCharged));
    }
}
