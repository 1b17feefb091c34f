namespace Leeway.Simulation.Stages;

/// <summary>One arrival of a trace: what is known when it comes, and what its answer will hold.</summary>
/// <param name="Number">Its number in the trace; names it in draws and outcomes.</param>
/// <param name="At">When it arrives, UTC.</param>
/// <param name="Deadline">By when a result must exist, UTC; not after <paramref name="At"/>: now.</param>
/// <param name="Model">The model it asks for, as the configuration names it.</param>
/// <param name="InputTokens">Cached ones included.</param>
/// <param name="OutputTokens">Of the answer.</param>
public readonly record struct SimulatedRequest(long Number, DateTimeOffset At, DateTimeOffset Deadline, string Model, int InputTokens, int OutputTokens)
{
    /// <summary>Its preset: decides when its pool is sealed. Urgent ones go in real time at once.</summary>
    public Priority Priority { get; init; } = Priority.Standard;

    /// <summary>Input that the provider's cache holds.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Bytes of its body; 0: four for each token of the input.</summary>
    public int BodyBytes { get; init; }

    /// <summary>The API path.</summary>
    public string Endpoint { get; init; } = Endpoints.Chat;

    /// <summary>The lane its owner pins it to, or null.</summary>
    public Lane? PinnedLane { get; init; }

    /// <summary>The team that owns it.</summary>
    public string Team { get; init; } = Teams.Default;

    /// <summary>Who asks.</summary>
    public string Caller { get; init; } = "anonymous";

    /// <summary>The run it belongs to, or null.</summary>
    public RunId? Run { get; init; }
}
