namespace Leeway.Chaos.Troubles;

/// <summary>What can go wrong.</summary>
internal enum TroubleKind
{
    /// <summary>SIGKILL of a node, which is started again after a while.</summary>
    Kill,

    /// <summary>SIGSTOP of a node for longer than its lease, then SIGCONT.</summary>
    Pause,

    /// <summary>SIGTERM of one node after another, each started again before the next.</summary>
    Roll,

    /// <summary>A node and the provider lose each other's bytes.</summary>
    ProviderDropped,

    /// <summary>What a node sends reaches the provider, and no answer comes back.</summary>
    ProviderDeaf,

    /// <summary>Connections between a node and the provider are reset.</summary>
    ProviderReset,

    /// <summary>Bytes between a node and the provider are late.</summary>
    ProviderSlow,

    /// <summary>As <see cref="ProviderDropped"/>, of the database.</summary>
    DatabaseDropped,

    /// <summary>As <see cref="ProviderDeaf"/>, of the database: a commit may have happened.</summary>
    DatabaseDeaf,

    /// <summary>As <see cref="ProviderReset"/>, of the database.</summary>
    DatabaseReset,

    /// <summary>As <see cref="ProviderSlow"/>, of the database.</summary>
    DatabaseSlow,

    /// <summary>PostgreSQL ends its sessions and stops, and is started again.</summary>
    DatabaseStop,

    /// <summary>PostgreSQL crashes, and is started again.</summary>
    DatabaseCrash,

    /// <summary>No room on the disk of a node's data folder.</summary>
    DiskFull,

    /// <summary>A node's wall clock is wrong.</summary>
    ClockSkew,

    /// <summary>The provider answers 503.</summary>
    VendorOut,

    /// <summary>The provider loses, doubles and garbles a little of everything.</summary>
    VendorFalters,

    /// <summary>The webhook endpoint refuses every call.</summary>
    ReceiverOut,
}
