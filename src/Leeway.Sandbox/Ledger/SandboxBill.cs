namespace Leeway.Sandbox.Ledger;

/// <summary>One answer that the sandbox billed.</summary>
/// <param name="At">By the sandbox's clock.</param>
/// <param name="Digest">Of its prompt (<see cref="PromptDigest"/>).</param>
/// <param name="CustomId">Of a row of a batch; null in real time.</param>
/// <param name="CostUsd">Exact.</param>
public sealed record SandboxBill(DateTimeOffset At, string Digest, string? CustomId, decimal CostUsd);
