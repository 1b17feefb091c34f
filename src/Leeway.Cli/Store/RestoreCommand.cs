using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary><c>leeway restore FROM</c>: a backup into an empty store, of whichever kind.</summary>
internal static class RestoreCommand
{
    public static Command Build(Shell shell)
    {
        var config = new ConfigArguments();
        var from = new Argument<string>("FROM") { Description = "The folder that 'leeway backup' made." };
        var command = new Command("restore", "Fill an empty store from a backup, all or nothing.") { from };
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StoreAddress to = StoreArguments.Configured(shell, config, parsed);
            TransferReport report = await StoreArguments.TellingAsync(() => StoreOperations.RestoreAsync(
                StoreArguments.Folder(shell, parsed.GetRequiredValue(from)), to, new TransferLines(shell), cancellationToken));
            TransferLines.Print(shell, report, "restored to");
            return ExitCode.Ok;
        });
        return command;
    }
}
