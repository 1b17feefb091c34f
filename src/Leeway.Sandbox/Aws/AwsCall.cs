using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>A call whose signature is good.</summary>
/// <param name="Service">The scope's, <c>bedrock</c>; empty where a bearer key or nothing at all was enough.</param>
/// <param name="Region">The scope's; us-east-1 without one.</param>
/// <param name="Body">All of it; empty at S3, whose bodies are read as they come.</param>
internal sealed record AwsCall(string Service, string Region, ReadOnlyMemory<byte> Body)
{
    public static AwsCall Of(HttpContext context) =>
        context.Features.Get<AwsCall>() ?? throw new InvalidOperationException("The call has not passed the front of AWS.");
}
