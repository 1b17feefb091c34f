namespace Leeway.Batching;

/// <summary>How long an unknown create is looked for.</summary>
public sealed record BatchingOptions
{
    /// <summary>How long a create that cannot be found is waited for before it is tried again: providers show a job late.</summary>
    public TimeSpan AdoptWindow { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long after a repeated create its twin is watched for.</summary>
    public TimeSpan TwinWatch { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two looks.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);
}
