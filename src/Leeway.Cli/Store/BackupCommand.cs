using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary><c>leeway backup TO</c>: everything the store holds at one instant, while the gateway runs.</summary>
internal static class BackupCommand
{
    public static Command Build(Shell shell)
    {
        var config = new ConfigArguments();
        var to = new Argument<string>("TO") { Description = "The folder to make; it must not exist." };
        var command = new Command("backup", "Copy the store into a folder, while the gateway runs.") { to };
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StoreAddress from = StoreArguments.Configured(shell, config, parsed);
            TransferReport report = await StoreArguments.TellingAsync(() => StoreOperations.BackupAsync(
                from, StoreArguments.Folder(shell, parsed.GetRequiredValue(to)), shell.Clock, new TransferLines(shell), cancellationToken));
            TransferLines.Print(shell, report, "backed up to");
            return ExitCode.Ok;
        });
        return command;
    }
}
