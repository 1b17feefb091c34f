using System.CommandLine;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary><c>leeway store copy</c>: from one store to another, of the same kind or the other.</summary>
internal static class StoreCommand
{
    public static Command Build(Shell shell) => new("store", "Move everything to another store.") { Copy(shell) };

    private static Command Copy(Shell shell)
    {
        var from = new Option<string>("--from") { Description = $"The store to copy: {StoreAddress.Form}. No gateway may run on it.", HelpName = "STORE", Required = true };
        var to = new Option<string>("--to") { Description = $"The empty store to fill: {StoreAddress.Form}.", HelpName = "STORE", Required = true };
        var command = new Command("copy", "Copy a store to an empty one, all or nothing, and compare them.") { from, to };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TransferReport report = await StoreArguments.TellingAsync(() => StoreOperations.CopyAsync(
                StoreArguments.Named(shell, "--from", parsed.GetRequiredValue(from)),
                StoreArguments.Named(shell, "--to", parsed.GetRequiredValue(to)),
                new TransferLines(shell),
                cancellationToken));
            TransferLines.Print(shell, report, "copied to");
            shell.Say("Start gateways on the new store only: the same requests in two places are paid twice.");
            return ExitCode.Ok;
        });
        return command;
    }
}
