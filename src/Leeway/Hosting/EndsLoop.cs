using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Looks for ends that other nodes recorded, twice a second and when the database hints at one.</summary>
public sealed class EndsLoop : PathLoop
{
    private readonly EndsElsewhere _ends;
    private readonly INodeStore _nodes;

    /// <summary>Creates the loop and lets the database wake it.</summary>
    public EndsLoop(EndsElsewhere ends, INodeStore nodes, TimeProvider clock, ILogger<EndsLoop> logger)
        : base("ends", nodes.IsShared ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromMinutes(1), clock, logger)
    {
        (_ends, _nodes) = (ends, nodes);
        nodes.Ended += Signal;
    }

    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (_nodes.IsShared)
        {
            await _ends.RunOnceAsync(cancellationToken);
        }

        return null;
    }
}
