namespace Leeway.Planning.Turnaround;

/// <summary>A batch at its provider, as the estimator sees it.</summary>
internal sealed class OpenBatch
{
    /// <summary>Its id.</summary>
    public required BatchId Id { get; init; }

    /// <summary>Its deployment.</summary>
    public required DeploymentRecord Deployment { get; init; }

    /// <summary>Its size, see <see cref="TurnaroundSlots"/>.</summary>
    public required int Size { get; init; }

    /// <summary>The part of the week in which it was submitted.</summary>
    public required int Hours { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>The age to which it is sure to be watched, as far as could be told when it was submitted: until its first request is rescued.</summary>
    public required TimeSpan Watched { get; init; }

    /// <summary>Its estimated input tokens: what leaving it to run costs, in proportion.</summary>
    public required long Tokens { get; init; }

    /// <summary>The regime in which it was submitted.</summary>
    public required TurnaroundRegime Regime { get; init; }

    /// <summary>The age up to which its silence was taken for evidence.</summary>
    public TimeSpan Counted { get; set; }

    /// <summary>Whether it is left to run though nobody waits; null while that was not asked.</summary>
    public bool? Explored { get; set; }

    /// <summary>Whether it is lost from sight: cancelled, and its end not told yet.</summary>
    public bool Closed { get; set; }

    /// <summary>How long it has been at the provider.</summary>
    public TimeSpan AgeAt(DateTimeOffset now) => now > SubmittedAt ? now - SubmittedAt : TimeSpan.Zero;
}
