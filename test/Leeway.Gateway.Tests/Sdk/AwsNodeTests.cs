using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>AWS's official JavaScript clients against the sandbox: somebody else's view of its wires.</summary>
public sealed class AwsNodeTests
{
    [Fact]
    public async Task Every_call_of_AWSs_own_clients_is_understood()
    {
        NodeScript.SkipWithoutNode();
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }, cancellationToken: TestContext.Current.CancellationToken);
        JsonElement got = await NodeScript.Aws.RunAsync("conform.mjs", new { sandbox = sandbox.BaseUri.ToString() });

        JsonElement[] calls = [.. got.GetProperty("calls").EnumerateArray()];
        Assert.Equal("", string.Join('\n', calls.Where(call => !call.GetProperty("ok").GetBoolean())));
        Assert.True(calls.Length >= 40, $"only {calls.Length} calls were made");
    }
}
