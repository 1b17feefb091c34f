namespace Leeway;

/// <summary>What carries our id through a vendor's batch.</summary>
public enum CorrelationCarrier
{
    /// <summary>A member made for it (<c>custom_id</c>, <c>recordId</c>, <c>key</c>).</summary>
    OwnMember,

    /// <summary>A label within the request, which the vendor repeats with the answer.</summary>
    EchoedLabel,

    /// <summary>The position: rows come back in order.</summary>
    Position,
}
