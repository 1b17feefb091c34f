using Leeway.Gateway.Access;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>Where a message came from, as far as it matters to its requests.</summary>
/// <param name="Name">The queue's name in the configuration.</param>
/// <param name="Config">What is said of it there.</param>
/// <param name="Caller">On whose behalf its requests are made.</param>
internal sealed record QueueSource(string Name, QueueConfig Config, Principal Caller)
{
    /// <summary>For messages that say nothing themselves: a priority's name or a duration, or null.</summary>
    public string? Wait => Config.Priority ?? (Config.Deadline is { } deadline ? $"{(long)deadline.TotalSeconds}s" : null);
}
