using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Configuration;

public sealed partial class ConfigWatcher
{
    [LoggerMessage(LogLevel.Information, "Configuration reloaded from {File}")]
    private partial void LogReloaded(string file);

    [LoggerMessage(LogLevel.Error, "Configuration not reloaded ({Errors} errors); the last good one stays in force")]
    private partial void LogKept(int errors);

    [LoggerMessage(LogLevel.Error, "The configuration could not be looked at")]
    private partial void LogLookFailed(Exception failure);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogError(ConfigProblem problem);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogWarning(ConfigProblem problem);
}
