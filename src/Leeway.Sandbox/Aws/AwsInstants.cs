using System.Globalization;

namespace Leeway.Sandbox.Aws;

/// <summary>Instants as AWS writes them.</summary>
internal static class AwsInstants
{
    /// <summary>ISO 8601 to the millisecond, as in JSON bodies of Bedrock's control plane and in S3's XML.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Without separators, as signatures have it.</summary>
    public static string Basic(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
