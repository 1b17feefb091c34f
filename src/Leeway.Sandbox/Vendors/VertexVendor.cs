using Leeway.Sandbox.CloudStorage;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Vertex;
using Leeway.Sandbox.VertexJobs;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vendors;

/// <summary>Vertex AI, with Cloud Storage and the tokens both demand.</summary>
internal sealed class VertexVendor : GoogleVendor
{
    private static readonly string[] s_realTime = [":generateContent", ":streamGenerateContent", ":rawPredict", ":streamRawPredict"];
    private static readonly string[] s_storage = ["/storage/v1", "/upload/storage/v1", "/download/storage/v1"];

    private readonly AccessTokens _tokens;
    private readonly ObjectStore _objects;
    private readonly VertexJobStore _jobs;

    public VertexVendor(SandboxWorld world)
        : base(world)
    {
        _tokens = new AccessTokens(world);
        _objects = new ObjectStore(world);
        _jobs = new VertexJobStore(world, _objects);
    }

    public override SandboxKind Kind => SandboxKind.Vertex;

    public override void Map(IEndpointRouteBuilder routes)
    {
        foreach (var version in (ReadOnlySpan<string>)["v1", "v1beta1"])
        {
            var parent = $"/{version}/projects/{{project}}/locations/{{location}}";
            routes.MapGenerateContent(World, parent + "/publishers/google/models/", Kind);
            routes.MapRawPredict(World, parent + "/publishers/anthropic/models/");
            routes.MapVertexJobs(World, _jobs, parent + "/batchPredictionJobs");
        }

        routes.MapTokens(World, _tokens);
        routes.MapObjects(_objects);
        routes.MapObjectUpload(World, _objects);
    }

    public override bool Owns(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/projects") || request.Path.StartsWithSegments("/v1beta1/projects") || IsStorage(request.Path) || NeedsNoToken(request.Path);

    public override bool IsRealTime(PathString path) => s_realTime.Any(method => path.Value!.EndsWith(method, StringComparison.Ordinal));

    /// <summary>Good are the tokens of this sandbox, and a service account's JWT itself. The address of an upload under way is a secret of its own.</summary>
    public override ApiError? Refusal(HttpRequest request) =>
        NeedsNoToken(request.Path) || (IsStorage(request.Path) && request.Query.ContainsKey("upload_id")) || (BearerOf(request) is { } token && (_tokens.IsIssued(token) || ServiceAccountJwt.IsToken(token)))
            ? null
            : new ApiError(401, $"Request had invalid authentication credentials. Expected OAuth 2 access token: one that POST {TokenEndpoints.TokenPath} of this sandbox has given for a service account's JWT, or such a JWT itself.");

    public override Task WriteErrorAsync(HttpContext context, ApiError error) => IsStorage(context.Request.Path)
        ? context.WriteJsonAsync(json => StorageError.Write(json, error), error.Status)
        : base.WriteErrorAsync(context, error);

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken) => _jobs.BillAllAsync(cancellationToken);

    public override void Clear()
    {
        _jobs.Clear();
        _objects.Clear();
    }

    private static bool IsStorage(PathString path) => s_storage.Any(prefix => path.StartsWithSegments(prefix));

    private static bool NeedsNoToken(PathString path) => path == TokenEndpoints.TokenPath || path.StartsWithSegments(TokenEndpoints.MetadataPath);
}
