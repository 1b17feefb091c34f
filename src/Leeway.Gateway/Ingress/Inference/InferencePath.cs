namespace Leeway.Gateway.Ingress.Inference;

/// <summary>An inference path taken apart: <c>[/by/{value}]/v1/{resource}</c>.</summary>
internal static class InferencePath
{
    public const string Chat = "/v1/chat/completions";
    public const string Embeddings = "/v1/embeddings";

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

    /// <summary>The constant of an endpoint we serve, or null.</summary>
    public static string? Known(string endpoint) => endpoint switch
    {
        Chat => Chat,
        Embeddings => Embeddings,
        _ => null,
    };
}
