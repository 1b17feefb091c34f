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

    private static readonly string[] s_prefixes = ["", "/upload", "/download"];
    private static readonly string[] s_resources = ["/models", "/files", "/batches"];

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
        routes.MapGenerateContent(World, "/v1beta/models/", Kind);
        routes.MapEmbedContent(World, "/v1beta/models/", Kind);
        routes.MapGeminiModels();
        routes.MapGeminiUpload(World, _files);
        routes.MapGeminiFiles(_files);
        routes.MapGeminiBatches(World, _batches, _files);
    }

    /// <summary>Version <c>v1</c> is served as <c>v1beta</c>. Its models, files and batches have paths of OpenAI's: a key of Google's or a method, <c>:generateContent</c>, tells them.</summary>
    public override void Rewrite(HttpRequest request)
    {
        foreach (var prefix in s_prefixes)
        {
            if (request.Path.StartsWithSegments(prefix + "/v1", out var rest) && s_resources.Any(resource => rest.StartsWithSegments(resource))
                && (prefix.Length > 0 || request.Headers.ContainsKey("x-goog-api-key") || request.Query.ContainsKey("key")
                    || (request.Method == HttpMethods.Post && rest.Value!.Contains(':', StringComparison.Ordinal))))
            {
                request.Path = prefix + "/v1beta" + rest;
            }
        }
    }

    public override bool Owns(HttpRequest request) => s_prefixes.Any(prefix => request.Path.StartsWithSegments(prefix + "/v1beta"));

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
