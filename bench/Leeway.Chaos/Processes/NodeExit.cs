using System.Globalization;

namespace Leeway.Chaos.Processes;

/// <summary>A node's process that ended without being told to.</summary>
/// <param name="Node">Which.</param>
/// <param name="At">When.</param>
/// <param name="Code">Its exit code; above 128 it is 128 and the signal that ended it, such as 137 for the kernel's killing when memory runs out.</param>
/// <param name="WasReady">Whether it had been ready; one that cannot reach its database when it starts ends by itself, and is started again.</param>
/// <param name="Tail">The end of what it wrote.</param>
internal sealed record NodeExit(int Node, DateTimeOffset At, int Code, bool WasReady, string Tail)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"ended by itself at {At:HH:mm:ss.fff} with code {Code}; its log ends:\n{Tail}");
}
