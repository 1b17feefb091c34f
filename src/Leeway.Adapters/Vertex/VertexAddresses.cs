using System.Text.RegularExpressions;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Vertex;

/// <summary>Addresses of Vertex AI: a host by location, and below it project, location, publisher and model.</summary>
internal static partial class VertexAddresses
{
    private const string DefaultVersion = "v1";

    public static WireFormat Format { get; } = new()
    {
        Endpoints = new HashSet<string> { GeminiMethods.Generate, GeminiMethods.Stream, RawPredict.Method, RawPredict.StreamMethod },
        Base = static deployment => Host(deployment),
        PathOf = static (deployment, method) => $"{Parent(deployment)}/{VertexModel.Of(deployment).Resource}{method}",
        Authorizer = static deployment => string.IsNullOrWhiteSpace(deployment.ApiKey) ? GoogleCredentials.Shared.AccessTokensFor(deployment.BaseUrl, deployment.Cloud.Credentials) : null,
    };

    /// <summary>What stands before every path: the API's version, the project and the location.</summary>
    public static string Parent(Deployment deployment) =>
        $"/{deployment.Cloud.ApiVersion ?? DefaultVersion}/projects/{Uri.EscapeDataString(deployment.Cloud.Project ?? "")}/locations/{Uri.EscapeDataString(deployment.Cloud.Region ?? "")}";

    /// <summary>Two kinds of location have hosts that are not made like the regions'.</summary>
    private static string Host(Deployment deployment)
    {
        string text = deployment.BaseUrl.AbsoluteUri.TrimEnd('/');
        return Regional().Match(text) is { Success: true } match
            ? match.Groups[1].Value switch
            {
                "global" => "https://aiplatform.googleapis.com",
                "us" or "eu" => $"https://aiplatform.{match.Groups[1].Value}.rep.googleapis.com",
                _ => text,
            }
            : text;
    }

    [GeneratedRegex(@"^https://([a-z0-9-]+)-aiplatform\.googleapis\.com$")]
    private static partial Regex Regional();
}
