using System.Text.Json;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>What one SDK made of one gateway: every call it made, in order.</summary>
/// <param name="Sdk">The SDK with its registry and version, as the page of clients has it for a heading.</param>
internal sealed record SdkRun(string Sdk, IReadOnlyList<SdkCall> Calls)
{
    /// <summary>Reads what a script printed.</summary>
    public static SdkRun Of(string registry, JsonElement printed) => new(
        $"{registry} {printed.GetProperty("sdk").GetString()} {printed.GetProperty("version").GetString()}",
        [.. printed.GetProperty("calls").EnumerateArray().Select(call =>
            new SdkCall(call.GetProperty("name").GetString()!, call.GetProperty("ok").GetBoolean(), call.GetProperty("outcome").GetString()!))]);

    /// <summary>Prints a line per call; fails when a call failed, or when docs/clients.md lists other calls for this SDK and kind of deployment.</summary>
    /// <param name="kind">What serves the model: <c>openai</c> or <c>anthropic</c>.</param>
    public void Check(string kind)
    {
        foreach (SdkCall call in Calls)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{Sdk} · deployment of kind {kind} · {call.Name} · {(call.Ok ? "" : "FAILED ")}{call.Outcome}");
        }

        string[] failed = [.. Calls.Where(call => !call.Ok).Select(call => $"{call.Name}: {call.Outcome}")];
        Assert.True(failed.Length == 0, $"{Sdk}, deployment of kind {kind}: {failed.Length} of {Calls.Count} calls failed.\n{string.Join('\n', failed)}");
        Assert.Equal(ClientTable.Calls(Sdk, kind).Order(StringComparer.Ordinal), Calls.Select(call => call.Name).Order(StringComparer.Ordinal));
    }
}

/// <param name="Outcome">What came back, or why it is wrong.</param>
internal sealed record SdkCall(string Name, bool Ok, string Outcome);
