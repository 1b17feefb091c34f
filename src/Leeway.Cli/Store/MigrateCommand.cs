using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary><c>leeway migrate</c>: the store's schema, brought up to date before a gateway is started on it, or only looked at.</summary>
internal static class MigrateCommand
{
    public static Command Build(Shell shell)
    {
        var config = new ConfigArguments();
        var check = new Option<bool>("--check") { Description = $"Only tell what would be applied; ends with {ExitCode.MigrationPending} when something would." };
        var command = new Command("migrate", "Bring the store's schema up to date. A gateway does it by itself when it starts.") { check };
        config.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(shell, StoreArguments.Configured(shell, config, parsed), parsed.GetValue(check), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, StoreAddress store, bool check, CancellationToken cancellationToken)
    {
        MigrationReport report = await StoreArguments.TellingAsync(() => StoreOperations.MigrateAsync(store, check, cancellationToken));
        if (shell.Json)
        {
            Print(shell, report, check);
        }
        else
        {
            Say(shell, report, check);
        }

        return check && report.Scripts.Count > 0 ? ExitCode.MigrationPending : ExitCode.Ok;
    }

    private static void Say(Shell shell, MigrationReport report, bool check)
    {
        foreach (string script in report.Scripts)
        {
            shell.Say($"{(check ? "would apply" : "applied")} {script}");
        }

        string sentence = report.Scripts.Count == 0 ? $"has schema {report.Found}, the newest that this Leeway knows."
            : check ? $"has schema {report.Found}; {report.Scripts.Count} scripts would bring it to {report.Newest}. Nothing was changed."
            : $"had schema {report.Found} and has {report.Newest} now.";
        shell.Say(StoreArguments.Sentence(report.Store) + " " + sentence);
    }

    private static void Print(Shell shell, MigrationReport report, bool check) => shell.PrintJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", report.Store);
        json.WriteNumber("found", report.Found);
        json.WriteNumber("newest", report.Newest);
        json.WriteBoolean("applied", !check && report.Scripts.Count > 0);
        json.WriteStartArray("scripts");
        foreach (string script in report.Scripts)
        {
            json.WriteStringValue(script);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
