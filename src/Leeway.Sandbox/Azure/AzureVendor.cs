using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Azure;

/// <summary>OpenAI's models at Azure, under both forms of its URLs, with files, batches and responses of their own.</summary>
internal sealed partial class AzureVendor : Vendor, IDisposable
{
    /// <summary>14 days, the shortest life of a file that may be asked for.</summary>
    public const int MinExpirySeconds = 1_209_600;

    private const string V1 = "/openai/v1";
    private const string Legacy = "/openai";
    private const int MaxFilesWithoutExpiry = 500;

    // Assumed.
    private static readonly TimeSpan s_processing = TimeSpan.FromSeconds(2);

    private static readonly string[] s_realTime = ["chat/completions", "completions", "embeddings"];
    private static readonly string[] s_audiences = ["https://ai.azure.com", "https://cognitiveservices.azure.com"];

    private readonly AzureDeployments _deployments;
    private readonly FileRules _files;
    private readonly ResponseStore _responses;
    private readonly AnswerContext _answering;
    private readonly BatchStore _batches;
    private readonly AzureBatchRules _legacyBatches;

    public AzureVendor(SandboxWorld world)
        : base(world)
    {
        _deployments = new AzureDeployments(world.Options.AzureDeployments);
        _files = new FileRules(new FileStore(world.Clock, world.Ids, world.Options.MemoryFileBytes))
        {
            MinExpirySeconds = MinExpirySeconds,
            BatchExpiry = null,
            MaxWithoutExpiry = MaxFilesWithoutExpiry,
            ProcessingTime = TurnaroundLaw.Parse(world.Options.Law).IsInstant ? TimeSpan.Zero : s_processing,
            UnprocessedStatus = "pending",
        };
        _responses = new ResponseStore(world.Clock, world.BillRealTime);
        _answering = world.RealTimeContext with { Responses = _responses, Dialect = new AzureDialect(world.Faults, _deployments, inBatch: false) };
        var inBatch = _answering with { InBatch = true, Dialect = new AzureDialect(world.Faults, _deployments, inBatch: true) };
        _batches = new BatchStore(world, new AzureBatchRules(world, _files, inBatch, _deployments, isLegacy: false));
        _legacyBatches = new AzureBatchRules(world, _files, inBatch, _deployments, isLegacy: true);
    }

    public override SandboxKind Kind => SandboxKind.Azure;

    public override void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in s_realTime)
        {
            routes.MapRealTime(World, $"{V1}/{name}", $"/v1/{name}", _ => _answering);
            routes.MapRealTime(World, $"{Legacy}/deployments/{{deployment}}/{name}", $"/v1/{name}", context =>
                _answering with { Deployment = (string)context.Request.RouteValues["deployment"]! });
        }

        foreach (var root in (ReadOnlySpan<string>)[V1, Legacy])
        {
            routes.MapResponses(World, root + "/responses", _answering);
            routes.MapFiles(World, root + "/files", root == V1 ? _files : _files with { UploadedCode = 201 });
            routes.MapBatches(World, root + "/batches", _batches, root == V1 ? _batches.Rules : _legacyBatches);
            routes.MapGet(root + "/models", (RequestDelegate)ListModelsAsync);
        }

        routes.MapEntra(World);
    }

    public override bool Owns(HttpRequest request) => request.Path.StartsWithSegments("/openai") || EntraEndpoints.Owns(request.Path);

    public override bool IsRealTime(PathString path) => RealTimePath().IsMatch(path.Value ?? "");

    public override void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["apim-request-id"] = World.Ids.Next("");
        headers["x-request-id"] = World.Ids.Next("");
        headers["x-ms-region"] = "Sandbox";
        headers["x-ratelimit-remaining-requests"] = "999";
        headers["x-ratelimit-remaining-tokens"] = "199000";
    }

    /// <summary>A key in <c>api-key</c>; a token of Entra's; at the v1 form a key as the bearer as well. The older form wants an api-version.</summary>
    public override ApiError? Refusal(HttpRequest request)
    {
        if (EntraEndpoints.Owns(request.Path))
        {
            return null;
        }

        var isV1 = request.Path.StartsWithSegments(V1);
        var version = request.Query["api-version"].ToString();
        if (!(isV1 && version is "" or "preview" or "latest") && !Version().IsMatch(version))
        {
            return AzureErrors.NoResource;
        }

        if (request.Headers["api-key"].ToString().Trim().Length > 0)
        {
            return null;
        }

        return BearerOf(request) is not { } token ? AzureErrors.Denied("send the header api-key, or a token of Entra as Authorization: Bearer")
            : Jwt.Claims(token) is null && isV1 ? null
            : Jwt.Problem(token, World.Clock.Now, s_audiences) is { } problem ? AzureErrors.Denied($"the token is not good, {problem}")
            : null;
    }

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => AzureErrors.Write(json, error);

    /// <summary>A wait is told in milliseconds too.</summary>
    public override Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers["retry-after-ms"] = Math.Round(seconds * 1000).ToString(CultureInfo.InvariantCulture);
        }

        return base.WriteErrorAsync(context, error);
    }

    public override ApiError RateLimited() => AzureErrors.RateLimited;

    public override ApiError QuotaSpent() =>
        new(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", Code: "insufficient_quota");

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        _responses.Settle();
        return _batches.BillAllAsync(cancellationToken);
    }

    public override void Clear()
    {
        _batches.Clear();
        _responses.Clear();
        _files.Store.Clear();
    }

    public void Dispose() => _files.Store.Dispose();

    /// <summary>The models that may be deployed, not the deployments.</summary>
    private Task ListModelsAsync(HttpContext context) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in _deployments.Models)
        {
            json.WriteStartObject();
            json.WriteString("id", model.Id);
            json.WriteString("object", "model");
            json.WriteNumber("created", 0);
            json.WriteString("owned_by", "system");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    [GeneratedRegex("^/openai/((v1|deployments/[^/]+)/(chat/completions|completions|embeddings)|(v1/)?responses)$")]
    private static partial Regex RealTimePath();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(-preview)?$")]
    private static partial Regex Version();
}
