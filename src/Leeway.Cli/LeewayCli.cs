using System.CommandLine;
using System.Runtime.InteropServices;
using Leeway.Cli.Commands;

namespace Leeway.Cli;

/// <summary>The command line. Data goes to standard output, everything said to people to standard error.</summary>
public static class LeewayCli
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">As from a shell.</param>
    /// <param name="stdout">Data.</param>
    /// <param name="stderr">Narration, progress and errors.</param>
    /// <param name="surroundings">Null: those of this process.</param>
    /// <param name="cancellationToken">As Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args, TextWriter stdout, TextWriter stderr, CliSurroundings? surroundings = null, CancellationToken cancellationToken = default)
    {
        surroundings ??= CliSurroundings.OfProcess();
        var shell = new Shell(stdout, stderr, surroundings);
        ParseResult parsed = CommandTree.Build(shell).Parse(args);
        var invocation = new InvocationConfiguration
        {
            Output = stdout,
            Error = stderr,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(invocation, cancellationToken);
            return ExitCode.Usage;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration? interrupt = surroundings.HandlesSignals ? StopOn(PosixSignal.SIGINT, stop) : null;
        using PosixSignalRegistration? terminate = surroundings.HandlesSignals ? StopOn(PosixSignal.SIGTERM, stop) : null;
        try
        {
            shell.Json = parsed.GetValue(shell.Globals.Json);
            return await parsed.InvokeAsync(invocation, stop.Token);
        }
        catch (CliFailure failure)
        {
            shell.Fail(failure);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            shell.Fail(new CliFailure(ExitCode.Failed, error.Message));
            return ExitCode.Failed;
        }
    }

    /// <summary>The first signal asks; a second one is left to the system, which ends the process.</summary>
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
}
