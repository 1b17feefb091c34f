using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Serverless;

/// <summary>Containers reached over plain HTTP. The platform asks for nothing; the server inside asks for a key where the options set one.</summary>
internal sealed class ContainerInstancesVendor(SandboxWorld world) : ServerlessVendor(world, "/containers")
{
    public override SandboxKind Kind => SandboxKind.ContainerInstances;

    public override ApiError? Refusal(HttpRequest request) =>
        World.Options.ContainerKey is { } key && BearerOf(request) != key ? new ApiError(401, "Unauthorized", "unauthorized") : null;

    /// <summary>Status assumed.</summary>
    protected override ApiError Starting() => new(503, "The container is starting.", Platform) { RetryAfter = 1 };
}
