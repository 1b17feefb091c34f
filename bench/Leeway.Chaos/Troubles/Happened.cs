namespace Leeway.Chaos.Troubles;

/// <summary>A trouble as it came to pass.</summary>
internal sealed class Happened(Trouble trouble, DateTimeOffset at)
{
    public Trouble Trouble { get; } = trouble;

    public DateTimeOffset At { get; } = at;

    /// <summary>When it was healed; for a killed node, when it was ready again.</summary>
    public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;

    public string Note { get; set; } = "";
}
