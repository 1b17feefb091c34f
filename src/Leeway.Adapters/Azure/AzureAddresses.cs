namespace Leeway.Adapters.Azure;

/// <summary>
/// Azure's two forms of address. The newer one is OpenAI's below <c>/openai/v1</c>; the older one puts the deployment's name into the path
/// of some endpoints and wants the version of the API with each call.
/// </summary>
internal static class AzureAddresses
{
    // What stands behind a deployment in the older form; the rest stands beside.
    private static readonly HashSet<string> s_ofDeployment = [Endpoints.Chat, "/v1/completions", "/v1/embeddings", "/v1/images/generations"];

    /// <summary>Whether the configured version is one of the older form: a date.</summary>
    public static bool IsDated(Deployment deployment) => deployment.Cloud.ApiVersion is { Length: > 0 } version && char.IsAsciiDigit(version[0]);

    /// <summary>The base, whether the configuration names the resource, its <c>/openai</c> or its <c>/openai/v1</c>.</summary>
    public static string Base(Deployment deployment)
    {
        string resource = WithoutEnd(WithoutEnd(deployment.BaseUrl.AbsoluteUri.TrimEnd('/'), "/v1"), "/openai");
        return resource + (IsDated(deployment) ? "/openai" : "/openai/v1");
    }

    /// <summary>An endpoint's path below the base.</summary>
    public static string PathOf(Deployment deployment, string endpoint)
    {
        string path = WithoutVersion(endpoint);
        return IsDated(deployment) && s_ofDeployment.Contains(endpoint) ? $"/deployments/{Uri.EscapeDataString(deployment.Model)}{path}" : path;
    }

    /// <summary>The version, where the address has to say it: always in the older form, in the newer one to opt into a preview.</summary>
    public static string? Query(Deployment deployment) =>
        deployment.Cloud.ApiVersion is { Length: > 0 } version && version != "v1" ? "api-version=" + Uri.EscapeDataString(version) : null;

    /// <summary>How batches name an endpoint: in the older form without the version.</summary>
    public static string BatchEndpoint(Deployment deployment, string endpoint) => IsDated(deployment) ? WithoutVersion(endpoint) : endpoint;

    private static string WithoutVersion(string endpoint) => endpoint.StartsWith("/v1/", StringComparison.Ordinal) ? endpoint["/v1".Length..] : endpoint;

    private static string WithoutEnd(string text, string end) => text.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? text[..^end.Length] : text;
}
