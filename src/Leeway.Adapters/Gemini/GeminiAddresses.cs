using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Gemini;

/// <summary>Addresses of the Gemini API. The base may be given with its version or without.</summary>
internal static class GeminiAddresses
{
    private const string DefaultVersion = "v1beta";

    /// <summary>The key goes in a header: in an address it would stand in everybody's logs.</summary>
    public static WireFormat Format { get; } = new()
    {
        Endpoints = new HashSet<string> { GeminiMethods.Generate, GeminiMethods.Stream, GeminiMethods.Count, GeminiMethods.Embed },
        Base = static deployment => Split(deployment).Root,
        PathOf = static (deployment, method) => $"/{Version(deployment)}/{ModelPath(deployment)}{method}",
        KeyHeader = "x-goog-api-key",
        KeyPrefix = "",
    };

    public static string Version(Deployment deployment) => deployment.Cloud.ApiVersion ?? Split(deployment).Version ?? DefaultVersion;

    /// <summary>The model's resource. A name may come from a client's body, so it never reaches beyond its own segment.</summary>
    public static string ModelPath(Deployment deployment)
    {
        (string collection, string name) = deployment.Model.Split('/', 2) is ["models" or "tunedModels", { Length: > 0 } rest]
            ? (deployment.Model[..^(rest.Length + 1)], rest)
            : ("models", deployment.Model);
        return $"{collection}/{Uri.EscapeDataString(name)}";
    }

    /// <summary>A resource's name, e.g. <c>batches/…</c>, as a path. What is no such name would lead elsewhere.</summary>
    public static string Segments(Binding binding, string name, string collection) => name.Split('/') is [var first, { Length: > 0 } id] && first == collection && id.AsSpan().ContainsAnyExcept('.')
        ? $"{collection}/{Uri.EscapeDataString(id)}"
        : throw Failures.Malformed(binding.Deployment, $"knows no name '{name}' among its {collection}");

    private static (string Root, string? Version) Split(Deployment deployment)
    {
        string text = deployment.BaseUrl.AbsoluteUri.TrimEnd('/');
        int slash = text.LastIndexOf('/');
        string last = text[(slash + 1)..];
        return last is "v1" or "v1beta" or "v1alpha" ? (text[..slash], last) : (text, null);
    }
}
