using System.Globalization;
using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Wire;

/// <summary>Ids that look random, are unique in this server and repeat with the seed.</summary>
internal sealed class IdSource(int seed)
{
    private long _last;

    public string Next(string prefix)
    {
        var random = new SeededRandom(seed, "id", (ulong)Interlocked.Increment(ref _last));
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{random.NextUInt64():x16}{random.NextUInt64() >> 32:x8}");
    }
}
