using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.Batches;

/// <summary>Puts the line of a row that has run into its file, unless a fault makes it otherwise.</summary>
internal static class RowFaults
{
    /// <param name="line">The line under a custom_id; valid until the next call.</param>
    public static void Write(SandboxWorld world, Spool target, string customId, Func<string, ReadOnlyMemory<byte>> line)
    {
        if (world.Faults.Strikes(FaultKind.RowsForeign))
        {
            target.Write(line(world.Ids.Next("foreign-")).Span);
        }

        if (world.Faults.Strikes(FaultKind.RowsDropped))
        {
            return;
        }

        var bytes = line(customId).Span;
        if (world.Faults.Strikes(FaultKind.RowsCorrupted))
        {
            target.Write(bytes[..(bytes.Length / 2)]);
            target.Write("\n"u8);
            return;
        }

        target.Write(bytes);
        if (world.Faults.Strikes(FaultKind.RowsDoubled))
        {
            target.Write(bytes);
        }
    }
}
