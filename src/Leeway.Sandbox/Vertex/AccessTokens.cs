using System.Globalization;
using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Vertex;

/// <summary>Bearer tokens the sandbox gives out and knows again, also after a restart with the same seed. They do not expire: a client's clock is not the sandbox's.</summary>
internal sealed class AccessTokens(SandboxWorld world)
{
    public const int Seconds = 3599;

    private const string Prefix = "ya29.";

    public string Issue()
    {
        var id = world.Ids.Next("");
        return $"{Prefix}{id}.{MarkOf(id)}";
    }

    public bool IsIssued(string token)
    {
        var parts = token.Split('.');
        return parts.Length == 3 && token.StartsWith(Prefix, StringComparison.Ordinal) && parts[2] == MarkOf(parts[1]);
    }

    private string MarkOf(string id) => new SeededRandom(world.Options.Seed, "token", SeededRandom.Hash(id)).NextUInt64().ToString("x16", CultureInfo.InvariantCulture);
}
