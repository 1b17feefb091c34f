using System.Diagnostics.CodeAnalysis;

namespace Leeway.Delivery;

/// <summary>What registering came to: an endpoint or the problem that prevented it.</summary>
public sealed record WebhookRegistration
{
    /// <summary>The new endpoint with its secret, shown to its owner once; null when refused.</summary>
    public WebhookEndpoint? Endpoint { get; private init; }

    /// <summary>Why it was refused; null when registered.</summary>
    public WebhookProblem? Problem { get; private init; }

    /// <summary>Whether there is an endpoint.</summary>
    [MemberNotNullWhen(true, nameof(Endpoint))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Registered => Endpoint is not null;

    internal static WebhookRegistration Of(WebhookEndpoint endpoint) => new() { Endpoint = endpoint };

    internal static WebhookRegistration Refuse(WebhookProblem problem) => new() { Problem = problem };
}
