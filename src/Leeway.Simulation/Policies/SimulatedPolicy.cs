using Leeway.Planning;

namespace Leeway.Simulation.Policies;

/// <summary>One way to decide, run beside others on the same traffic under the same luck.</summary>
/// <param name="Name">As the command line and the tables name it.</param>
/// <param name="Says">What it does, in one sentence.</param>
public sealed record SimulatedPolicy(string Name, string Says)
{
    private static readonly TimeSpan s_reserve = TimeSpan.FromSeconds(60);

    /// <summary>All of them, the product's own last.</summary>
    public static IReadOnlyList<SimulatedPolicy> All { get; } =
    [
        new("realtime", "every request in real time at once") { Pin = Lane.RealTime },
        new("batch-only", "every request by batch, gathered for a minute; what is late is missed") { Pin = Lane.Batch, Policy = Fallback(static request => request.Deadline) },
        new("half-deadline", "by batch, gathered for a minute; in real time after half of the wait") { Policy = Fallback(static request => Fraction(request, 0.5)) },
        new("80-percent", "by batch, gathered for a minute; in real time after 80 % of the wait") { Policy = Fallback(static request => Fraction(request, 0.8)) },
        new("per-request", "by batch, gathered for a minute; each request in real time 60 s before its own deadline") { Policy = Fallback(static request => request.Deadline - s_reserve) },
        new("leeway", "the product's planner, guard and sealing, as configured"),
    ];

    /// <summary>The lane that its requests are pinned to; null: none.</summary>
    internal Lane? Pin { get; private init; }

    /// <summary>What decides instead of the product; null: the product.</summary>
    internal ILanePolicy? Policy { get; private init; }

    /// <summary>Whether the product itself decides, with its guard.</summary>
    internal bool IsProduct => Pin is null && Policy is null;

    /// <summary>Reads a list of names.</summary>
    /// <exception cref="FormatException">One is unknown.</exception>
    public static IReadOnlyList<SimulatedPolicy> Parse(string names) =>
    [
        .. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static name =>
            All.FirstOrDefault(policy => policy.Name == name) ?? throw new FormatException($"Policy '{name}' is unknown; use {string.Join(", ", All.Select(static policy => policy.Name))}.")),
    ];

    private static FallbackPolicy Fallback(Func<QueuedRequest, DateTimeOffset> at) => new(at);

    private static DateTimeOffset Fraction(QueuedRequest request, double part) => request.AcceptedAt + ((request.Deadline - request.AcceptedAt) * part);
}
