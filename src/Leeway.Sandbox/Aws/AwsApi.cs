using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>The API of an AWS service, told by a path alone.</summary>
/// <param name="Scope">Its name in a signature's scope.</param>
/// <param name="Prefix">Of its paths.</param>
/// <param name="MaxBytes">Of a body.</param>
/// <param name="TooLarge">The type of the error for a larger one.</param>
internal sealed record AwsApi(string Scope, string Prefix, int MaxBytes, string TooLarge)
{
    private const int MiB = 1024 * 1024;

    /// <summary>True where a bearer key does as well as a signature.</summary>
    public bool TakesBearer { get; init; }

    /// <summary>True where a call needs neither, as a function's URL without authorization.</summary>
    public bool IsOpen { get; init; }

    /// <summary>True where the members of an error begin with a capital.</summary>
    public bool HasCapitals { get; init; }

    public static readonly AwsApi Bedrock = new("bedrock", "/model", 25 * MiB, "ValidationException") { TakesBearer = true };

    public static readonly AwsApi SageMaker = new("sagemaker", "/endpoints", 6 * MiB, "ValidationError") { HasCapitals = true };

    public static readonly AwsApi Lambda = new("lambda", "/2015-03-31/functions", 6 * MiB, "RequestTooLargeException") { HasCapitals = true };

    public static readonly AwsApi FunctionUrl = new("lambda", "/lambda-url", 6 * MiB, "RequestTooLargeException") { HasCapitals = true, IsOpen = true };

    private static readonly AwsApi[] s_all =
    [
        Bedrock,
        Bedrock with { Prefix = "/model-invocation-job" },
        Bedrock with { Prefix = "/model-invocation-jobs" },
        SageMaker,
        Lambda,
        Lambda with { Prefix = "/2021-11-15/functions" },
        FunctionUrl,
    ];

    public static AwsApi? Of(PathString path) => Array.Find(s_all, service => path.StartsWithSegments(service.Prefix));
}
