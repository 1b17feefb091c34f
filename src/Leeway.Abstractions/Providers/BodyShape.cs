namespace Leeway;

/// <summary>Where the few members that we may have to replace stand in a request body. Offsets are bytes from the body's start; a length of 0 is absent.</summary>
public readonly record struct BodyShape
{
    /// <summary>The model's value token, quotes included.</summary>
    public ByteRange Model { get; init; }

    /// <summary>The whole <c>stream</c> member, from the name's opening quote to the end of its value.</summary>
    public ByteRange StreamMember { get; init; }

    /// <summary>The whole <c>stream_options</c> member.</summary>
    public ByteRange StreamOptionsMember { get; init; }

    /// <summary>The whole <c>service_tier</c> member: a request that waits travels by our lanes, not by a tier of the provider's.</summary>
    public ByteRange ServiceTierMember { get; init; }

    /// <summary>The whole <c>background</c> member: the gateway answers such a request later by itself, so no provider may do so too.</summary>
    public ByteRange BackgroundMember { get; init; }

    /// <summary>The value of <c>stream</c>.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether <c>stream_options.include_usage</c> is true.</summary>
    public bool IncludesUsage { get; init; }
}

/// <summary>A span of bytes in a body.</summary>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>The offset behind the last byte.</summary>
    public int End => Start + Length;
}
