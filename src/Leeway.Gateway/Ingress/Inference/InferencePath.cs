namespace Leeway.Gateway.Ingress.Inference;

/// <summary>An inference path taken apart: <c>[/by/{value}]/v1/{resource}</c>.</summary>
internal static class InferencePath
{
    /// <summary>Splits off the base; false when the path is not of this form.</summary>
    public static bool TrySplit(string path, out string endpoint, out string? by)
    {
        by = null;
        endpoint = path;
        if (path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return true;
        }

        if (!path.StartsWith("/by/", StringComparison.Ordinal))
        {
            return false;
        }

        int slash = path.IndexOf("/v1/", 4, StringComparison.Ordinal);
        if (slash < 0)
        {
            return false;
        }

        by = path[4..slash];
        endpoint = path[slash..];
        return true;
    }

    /// <summary>Every endpoint we serve.</summary>
    public static IReadOnlyList<string> All { get; } = [Endpoints.Chat, Endpoints.Completions, Endpoints.Embeddings, Endpoints.Responses, Endpoints.Messages];

    /// <summary>The constant of an endpoint we serve, or null.</summary>
    public static string? Known(string endpoint) => endpoint switch
    {
        Endpoints.Chat => Endpoints.Chat,
        Endpoints.Completions => Endpoints.Completions,
        Endpoints.Embeddings => Endpoints.Embeddings,
        Endpoints.Responses => Endpoints.Responses,
        Endpoints.Messages => Endpoints.Messages,
        _ => null,
    };
}
