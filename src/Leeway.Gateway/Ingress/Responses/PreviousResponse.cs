namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The response that a new one goes on from.</summary>
/// <param name="ClientId">Its id as the client gave it.</param>
/// <param name="Provider">The provider that keeps it, and thus has to answer.</param>
/// <param name="TheirId">Its id there.</param>
/// <param name="Body">The new request's body, which names it so.</param>
internal sealed record PreviousResponse(string ClientId, string Provider, string TheirId, byte[] Body);
