using Leeway.Sandbox.Gemini;
using Leeway.Sandbox.GeminiBatches;
using Leeway.Sandbox.GeminiFiles;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vendors;

/// <summary>The Gemini API of Google AI Studio.</summary>
internal sealed class GeminiVendor : GoogleVendor
{
    private static readonly string[] s_realTime = [":generateContent", ":streamGenerateContent", ":embedContent", ":batchEmbedContents"];

    private readonly GeminiFileStore _files;
    private readonly GeminiBatchStore _batches;

    public GeminiVendor(SandboxWorld world)
        : base(world)
    {
        _files = new GeminiFileStore(world);
        _batches = new GeminiBatchStore(world, _files);
    }

    public override SandboxKind Kind => SandboxKind.Gemini;

    public override void Map(IEndpointRouteBuilder routes)
    {
        foreach (var version in (ReadOnlySpan<string>)["v1beta", "v1"])
        {
            routes.MapGenerateContent(World, $"/{version}/models/", Kind);
            routes.MapEmbedContent(World, $"/{version}/models/", Kind);
        }

        routes.MapGeminiModels();
        routes.MapGeminiUpload(World, _files);
        routes.MapGeminiFiles(_files);
        routes.MapGeminiBatches(World, _batches, _files);
    }

    /// <summary>Of <c>/v1</c>, which is OpenAI's, only a model's methods.</summary>
    public override bool Owns(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1beta") || request.Path.StartsWithSegments("/upload/v1beta") || request.Path.StartsWithSegments("/download/v1beta")
        || (request.Path.StartsWithSegments("/v1/models", out var rest) && rest.Value!.Contains(':', StringComparison.Ordinal) && request.Method == HttpMethods.Post);

    public override bool IsRealTime(PathString path) => s_realTime.Any(method => path.Value!.EndsWith(method, StringComparison.Ordinal));

    /// <summary>A bad key is 400, not 401. The sandbox knows one by its characters. The address of an upload is a secret of its own and needs none.</summary>
    public override ApiError? Refusal(HttpRequest request)
    {
        var header = request.Headers["x-goog-api-key"].ToString();
        var key = header.Length > 0 ? header : request.Query["key"].ToString();
        if (key.Length == 0)
        {
            return HasBearer(request) || request.Query.ContainsKey("upload_id")
                ? null
                : new ApiError(403, "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.");
        }

        return key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? null
            : new ApiError(400, "API key not valid. Please pass a valid API key.", Code: GoogleError.InvalidKey);
    }

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken) => _batches.BillAllAsync(cancellationToken);

    public override void Clear()
    {
        _batches.Clear();
        _files.Clear();
    }
}
