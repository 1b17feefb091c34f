using System.Globalization;

namespace Leeway.Sandbox.Wire;

internal static class Instants
{
    /// <summary>UTC, to the microsecond.</summary>
    public static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
