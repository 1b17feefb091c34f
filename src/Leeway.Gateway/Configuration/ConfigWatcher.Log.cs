using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Configuration;

public sealed partial class ConfigWatcher
{
    [LoggerMessage(8001, LogLevel.Information, "Configuration reloaded from {File}")]
    private partial void LogReloaded(string file);

    [LoggerMessage(8002, LogLevel.Error, "Configuration not reloaded ({Errors} errors); the last good one stays in force")]
    private partial void LogKept(int errors);

    [LoggerMessage(8003, LogLevel.Error, "The configuration could not be looked at")]
    private partial void LogLookFailed(Exception failure);

    [LoggerMessage(8004, LogLevel.Error, "{Problem}")]
    private partial void LogError(ConfigProblem problem);

    [LoggerMessage(8005, LogLevel.Warning, "{Problem}")]
    private partial void LogWarning(ConfigProblem problem);
}
