namespace Leeway;

/// <summary>How long each phase of a real-time call may take.</summary>
public sealed record PhaseTimeouts
{
    /// <summary>Until the connection stands.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request's last byte to the answer's head.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two reads of the answer's body.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The whole call.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How much longer the head and the whole may take where the server may have to be started first.</summary>
    public TimeSpan ColdStart { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The same for a call whose server may have to be started.</summary>
    public PhaseTimeouts WithColdStart() => this with { FirstByte = FirstByte + ColdStart, Total = Total + ColdStart };

    /// <summary>The same for a call that queues at its vendor, whose head comes with the result: only the whole is bounded.</summary>
    public PhaseTimeouts WhileQueued() => this with { FirstByte = TimeSpan.MaxValue };
}
