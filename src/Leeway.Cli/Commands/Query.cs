namespace Leeway.Cli.Commands;

/// <summary>Paths with parameters.</summary>
internal static class Query
{
    /// <summary>Parameters without a value are left out.</summary>
    public static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        char separator = '?';
        foreach ((string name, string? value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                path += $"{separator}{name}={Escape(value)}";
                separator = '&';
            }
        }

        return path;
    }

    public static string Escape(string text) => Uri.EscapeDataString(text);
}
