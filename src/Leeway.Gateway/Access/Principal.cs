using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Leeway.Gateway.Access;

/// <summary>
/// Who calls: the label that stands in the ledger, the team that owns what the call makes, and the key. One object serves every call of
/// a credential. It is kept as the call's authentication feature, for which Kestrel has a field: setting it costs no memory.
/// </summary>
internal sealed class Principal(string label, string team, VirtualKey? key = null) : IHttpAuthenticationFeature
{
    private static readonly ClaimsPrincipal s_noClaims = new();

    /// <summary>Tells callers apart in the ledger: the key's id, or a digest of an unchecked credential while keys are off.</summary>
    public string Label { get; } = label;

    /// <summary>Owns what the call makes, and is all that the call can see.</summary>
    public string Team { get; } = team;

    /// <summary>The key as it was when the call was admitted; null while keys are off.</summary>
    public VirtualKey? Key { get; } = key;

    /// <inheritdoc/>
    ClaimsPrincipal? IHttpAuthenticationFeature.User
    {
        get => s_noClaims;
        set => throw new NotSupportedException("Who calls is decided once, by the gate.");
    }

    /// <summary>The caller of a request on the public listener.</summary>
    /// <exception cref="InvalidOperationException">The call did not pass the gate: nobody is let in by mistake.</exception>
    public static Principal Of(HttpContext context) =>
        context.Features.Get<IHttpAuthenticationFeature>() as Principal ?? throw new InvalidOperationException($"{context.Request.Path} is served without the gate.");

    /// <summary>Whether the caller may ask for <paramref name="model"/>.</summary>
    public bool Allows(string model) => Key is null || Key.Allows(model);
}
