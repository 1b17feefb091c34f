namespace Leeway;

/// <summary>The configuration in force. Readers take <see cref="Current"/> once per request and keep that snapshot.</summary>
public interface IConfigSource
{
    LeewayConfig Current { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced.</summary>
    event Action<LeewayConfig>? Changed;
}

/// <summary>A configuration that never changes.</summary>
public sealed class StaticConfig(LeewayConfig config) : IConfigSource
{
    public LeewayConfig Current { get; } = config;

    /// <summary>Never raised.</summary>
    public event Action<LeewayConfig>? Changed
    {
        add { }
        remove { }
    }
}
