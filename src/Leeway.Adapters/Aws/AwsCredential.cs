namespace Leeway.Adapters.Aws;

/// <summary>What signs requests at one moment. Never printed.</summary>
/// <param name="AccessKey">The key's id, which travels.</param>
/// <param name="SecretKey">The secret, which does not.</param>
/// <param name="SessionToken">The token of a temporary session, which travels; null for lasting keys.</param>
internal sealed record AwsCredential(string AccessKey, string SecretKey, string? SessionToken)
{
    public override string ToString() => nameof(AwsCredential);
}
