namespace Leeway.Planning.Flex;

/// <summary>One call that asked for a flex tier.</summary>
public sealed class FlexTry
{
    internal FlexTry(string deployment, DateTimeOffset begunAt, bool isProbe) => (Deployment, BegunAt, IsProbe) = (deployment, begunAt, isProbe);

    /// <summary>Whose tier.</summary>
    public string Deployment { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset BegunAt { get; }

    /// <summary>Whether it was let through a closed gate.</summary>
    public bool IsProbe { get; }

    /// <summary>What became of it, as far as is known. Guarded by the gate's lock.</summary>
    internal FlexFate Fate { get; set; }
}

/// <summary>What became of a try.</summary>
internal enum FlexFate
{
    /// <summary>Under way.</summary>
    Open,

    /// <summary>Not refused within the time that a refusal takes, or answered.</summary>
    Accepted,

    /// <summary>Refused.</summary>
    Refused,

    /// <summary>Ended by something else.</summary>
    Left,
}
