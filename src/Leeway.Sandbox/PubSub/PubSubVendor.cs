using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.PubSub;

/// <summary>
/// Pub/Sub's REST API, written from its public description: there is no client library or emulator behind it to compare with. As the vendor's own
/// emulator does, it asks for no token.
/// </summary>
internal sealed class PubSubVendor(SandboxWorld world) : GoogleVendor(world)
{
    private readonly PubSubStore _store = new(world);

    public override SandboxKind Kind => SandboxKind.PubSub;

    public override void Map(IEndpointRouteBuilder routes) => routes.MapPubSub(World, _store);

    public override bool Owns(HttpRequest request) =>
        request.Path.Value is { } path && path.StartsWith("/v1/projects/", StringComparison.Ordinal) && path.Split('/') is [_, _, _, _, "topics" or "subscriptions", ..];

    public override bool IsRealTime(PathString path) => false;

    public override ApiError? Refusal(HttpRequest request) => null;

    public override void Clear() => _store.Clear();
}
