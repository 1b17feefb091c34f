using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Together;

/// <summary>Together: OpenAI's shape in real time, files and jobs of its own. At <c>/together/v1</c>, and at <c>/v1</c> where it is the only vendor.</summary>
internal sealed class TogetherVendor : Vendor, IDisposable
{
    private const string Shared = "/together";
    private const long MaxFileBytes = 100L * 1024 * 1024;
    private const string NoAgent = "1010";

    private readonly FileRules _files;
    private readonly BatchStore _jobs;
    private readonly AnswerContext _answering;

    public TogetherVendor(SandboxWorld world)
        : base(world)
    {
        _files = new FileRules(new FileStore(world.Clock, world.Ids, world.Options.MemoryFileBytes))
        {
            Purposes = [TogetherBatchRules.Purpose, "fine-tune", "eval"],
            MaxBytes = MaxFileBytes,
        };
        _answering = world.RealTimeContext with { Dialect = new TogetherDialect() };
        _jobs = new BatchStore(world, new TogetherBatchRules(_files.Store, _answering with { InBatch = true }));
    }

    public override SandboxKind Kind => SandboxKind.Together;

    private bool IsAlone => World.Options.Kind == SandboxKind.Together;

    public override void Map(IEndpointRouteBuilder routes)
    {
        MapUnder(routes.MapGroup(Shared + "/v1"));
        if (IsAlone)
        {
            // OpenAI's paths are there as well, for nobody.
            var alone = routes.MapGroup("/v1");
            MapUnder(alone);
            alone.WithOrder(-1);
        }
    }

    public override bool Owns(HttpRequest request) => request.Path.StartsWithSegments(Shared) || (IsAlone && request.Path.StartsWithSegments("/v1"));

    public override bool IsRealTime(PathString path) =>
        path.Value is { } text && (text.EndsWith("/chat/completions", StringComparison.Ordinal) || text.EndsWith("/v1/completions", StringComparison.Ordinal));

    /// <summary>A call that does not say what it is does not come through the front of the real service.</summary>
    public override ApiError? Refusal(HttpRequest request) =>
        request.Headers.UserAgent.ToString().Length == 0 ? new ApiError(403, "error code: 1010", Code: NoAgent)
        : HasBearer(request) ? null
        : new ApiError(401, "Missing API key.", Code: "missing_api_key");

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => OpenAIVendor.Write(json, error);

    /// <summary>Of jobs and files a mere string; before the service, plain text.</summary>
    public override async Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        if (error.Code == NoAgent)
        {
            context.Response.StatusCode = error.Status;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync(error.Message, context.RequestAborted);
        }
        else if (error.Status < 500 && error.RetryAfter is null && context.Request.Path.Value!.Contains("/v1/batches", StringComparison.Ordinal))
        {
            await context.WriteJsonAsync(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("error", error.Message);
                    json.WriteEndObject();
                },
                error.Status);
        }
        else
        {
            await base.WriteErrorAsync(context, error);
        }
    }

    public override ApiError RateLimited() => new(429, "You have reached the rate limit specific to this model. Please retry later.", "rate_limit", Code: "rate_limit_exceeded");

    public override ApiError QuotaSpent() => new(402, "Credit limit exceeded. Please add credits to go on.", "credit_limit", Code: "credit_limit_exceeded");

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken) => _jobs.BillAllAsync(cancellationToken);

    public override void Clear()
    {
        _jobs.Clear();
        _files.Store.Clear();
    }

    public void Dispose() => _files.Store.Dispose();

    private void MapUnder(RouteGroupBuilder routes)
    {
        routes.MapRealTime(World, "/chat/completions", "/v1/chat/completions", _ => _answering);
        routes.MapRealTime(World, "/completions", "/v1/completions", _ => _answering);
        routes.MapRealTime(World, "/embeddings", "/v1/embeddings", _ => _answering);
        routes.MapGet("/models", (RequestDelegate)ListModelsAsync);
        routes.MapTogetherFiles(World, _files);
        routes.MapTogetherJobs(World, _jobs);
    }

    /// <summary>A bare array, with prices.</summary>
    private static Task ListModelsAsync(HttpContext context) => context.WriteJsonAsync(json =>
    {
        json.WriteStartArray();
        foreach (var model in ModelCatalog.All.Where(model => model.ServedBy.HasFlag(SandboxKind.Together)))
        {
            json.WriteStartObject();
            json.WriteString("id", model.Id);
            json.WriteString("object", "model");
            json.WriteNumber("created", 0);
            json.WriteString("type", "chat");
            json.WriteStartObject("pricing");
            json.WriteNumber("input", model.RealTime.Input);
            json.WriteNumber("output", model.RealTime.Output);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
