namespace Leeway.Sandbox.Aws;

/// <summary>Settings of what the sandbox speaks of AWS. Figures that AWS does not publish are assumed.</summary>
public sealed record AwsOptions
{
    /// <summary>The access key whose signatures are good.</summary>
    public string AccessKey { get; init; } = "sandbox";

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    public string SecretKey { get; init; } = "sandbox";

    /// <summary>The clock that dates of signatures are held against; null is the system's, since vendors' clients sign with it, whatever the sandbox's own clock shows.</summary>
    public TimeProvider? SigningClock { get; init; }

    /// <summary>How far a signature's date may be from <see cref="SigningClock"/>; 5 minutes.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Buckets of S3 that exist from the start and after a reset; one, <c>sandbox</c>.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = ["sandbox"];

    /// <summary>Fewest records of a model invocation job; 100, the default quota.</summary>
    public int MinJobRecords { get; init; } = 100;

    /// <summary>In place of <see cref="MinJobRecords"/> for some models, by the id a job names.</summary>
    public IReadOnlyDictionary<string, int> MinJobRecordsByModel { get; init; } = new Dictionary<string, int>();

    /// <summary>Most records of a job; 50,000, the default quota.</summary>
    public int MaxJobRecords { get; init; } = 50_000;

    /// <summary>What the flex tier costs of the standard price; a half, not published.</summary>
    public decimal FlexFactor { get; init; } = 0.5m;

    /// <summary>What the priority tier costs of the standard price; 1.75, not published.</summary>
    public decimal PriorityFactor { get; init; } = 1.75m;

    /// <summary>Median time an asynchronous inference takes, on the sandbox's clock; null is zero under <c>instant</c> and 20 s elsewhere.</summary>
    public TimeSpan? AsyncInferenceTurnaround { get; init; }

    /// <summary>Where asynchronous inference puts its output; in the bucket <c>sandbox</c>.</summary>
    public string AsyncInferenceOutput { get; init; } = "s3://sandbox/async-inference/out/";

    /// <summary>Where asynchronous inference puts its failures; in the bucket <c>sandbox</c>.</summary>
    public string AsyncInferenceFailures { get; init; } = "s3://sandbox/async-inference/failures/";

    /// <summary>A function that nobody called for so long starts cold, on the sandbox's clock; 5 minutes, assumed.</summary>
    public TimeSpan FunctionKeepsWarm { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What a cold start adds to a call of a function, on the sandbox's clock; null is zero under <c>instant</c> and 3 s elsewhere, assumed.</summary>
    public TimeSpan? ColdStart { get; init; }
}
