using Leeway.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Access;

/// <summary>Where other nodes share the database: reads the keys every two seconds, and when the database hints that one has changed.</summary>
internal sealed class KeyLoop : PathLoop
{
    private readonly KeyRing _ring;
    private readonly INodeStore _nodes;

    /// <summary>Creates the loop and lets the database wake it.</summary>
    public KeyLoop(KeyRing ring, INodeStore nodes, TimeProvider clock, ILogger<KeyLoop> logger)
        : base("keys", nodes.IsShared ? TimeSpan.FromSeconds(2) : TimeSpan.FromHours(1), clock, logger)
    {
        (_ring, _nodes) = (ring, nodes);
        nodes.KeysChanged += Signal;
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (_nodes.IsShared)
        {
            await _ring.RefreshAsync(cancellationToken);
        }

        return null;
    }
}
