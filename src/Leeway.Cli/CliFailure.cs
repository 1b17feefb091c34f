namespace Leeway.Cli;

/// <summary>Ends the command with a message for the user and an exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What was wrong and what it left unchanged.</param>
/// <param name="remedy">What to do; may be empty.</param>
internal sealed class CliFailure(int exitCode, string message, string remedy = "") : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Remedy { get; } = remedy;

    /// <summary>The gateway's error code, or one of our own.</summary>
    public string Code { get; init; } = "failed";
}
