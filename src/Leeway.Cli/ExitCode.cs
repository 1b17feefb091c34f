namespace Leeway.Cli;

/// <summary>What the process ends with. Scripts depend on these numbers.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int ConfigInvalid = 3;
    public const int Unauthorized = 4;
    public const int NotFound = 5;
    public const int DeadlineMissed = 6;

    /// <summary>Some requests of a run did not succeed.</summary>
    public const int PartialFailure = 7;

    /// <summary>The store lacks migrations that this build has; nothing was applied, as asked.</summary>
    public const int MigrationPending = 8;

    /// <summary>Ctrl-C or SIGTERM before the command had finished.</summary>
    public const int Interrupted = 130;
}
