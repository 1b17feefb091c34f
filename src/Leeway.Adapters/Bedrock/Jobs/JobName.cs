namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>A job's name, which carries our fingerprint: <c>leeway-batch-0f….1</c> for <c>batch_0f….1</c>, since a name has no underscore.</summary>
internal static class JobName
{
    public const string Prefix = "leeway-";

    public static string Of(string fingerprint) => Prefix + fingerprint.Replace('_', '-');

    /// <summary>The fingerprint; null for a name that is none of ours.</summary>
    public static string? FingerprintOf(string? name) => name?.StartsWith(Prefix, StringComparison.Ordinal) == true ? name[Prefix.Length..].Replace('-', '_') : null;
}
