namespace Leeway.Cli.Demo.Traffic;

/// <summary>One call that a simulated client is going to make.</summary>
/// <param name="At">On the demo's clock.</param>
/// <param name="Path">Below the gateway's address.</param>
/// <param name="Body">JSON.</param>
/// <param name="Headers">What it says about its waiting.</param>
/// <param name="CancelAfter">When its owner changes their mind, if ever.</param>
internal sealed record PlannedCall(
    DateTimeOffset At, string Path, string Body, Waiting Waiting, IReadOnlyList<(string Name, string Value)> Headers, TimeSpan? CancelAfter = null);
