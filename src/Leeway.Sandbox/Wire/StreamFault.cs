using Leeway.Sandbox.Faults;

namespace Leeway.Sandbox.Wire;

/// <summary>What will break one stream, and after how many events.</summary>
internal sealed record StreamFault(FaultKind Kind, int AfterEvents)
{
    private const int DefaultAfterEvents = 3;

    private static readonly FaultKind[] s_kinds = [FaultKind.StreamCut, FaultKind.StreamStall, FaultKind.StreamGarbage, FaultKind.StreamErrorAfter200];

    public static StreamFault? Draw(FaultSet faults)
    {
        foreach (var kind in s_kinds)
        {
            if (faults.Strikes(kind, out var setting))
            {
                return new StreamFault(kind, setting.AfterChunks ?? DefaultAfterEvents);
            }
        }

        return null;
    }
}
