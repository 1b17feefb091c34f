using System.CommandLine;
using Leeway.Cli.Decisions;
using Leeway.Cli.Hosting;
using Leeway.Cli.Prices;
using Leeway.Economics.Decisions;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway decide</c>: batch, real time or both.</summary>
internal static class DecideCommand
{
    private static readonly (string Name, string Description, string Form)[] s_fields =
    [
        ("latency", "How long a result may take that nobody waits for.", "10m"),
        ("urgent", "The share that somebody waits for. Default: none.", "10%"),
        ("volume", "Requests, urgent ones included.", "20000/day"),
        ("requests_per_batch", "Requests that gather in a batch. Default: what comes within the latency, at most within a day.", "250"),
        ("predictability", "The share of the volume that can be foreseen.", "80%|predictable|unpredictable"),
        ("cost_weight", "How much cost weighs against latency: 50% is the same.", "70%"),
        ("revenue_critical", "Whether revenue is lost while a result is missing.", "yes|no"),
        ("model", "The model, to put money on the verdict.", "gpt-4o"),
        ("input_tokens", "Input tokens of an average request, cached ones included.", "800"),
        ("cached_tokens", "Those read from the provider's cache.", "0"),
        ("output_tokens", "Output tokens of an average request.", "200"),
    ];

    public static Command Build(Shell shell)
    {
        var profile = new Option<string?>("--profile") { Description = "A YAML or JSON file with these fields (input_tokens: 800); options win.", HelpName = "FILE" };
        (string Name, Option<string?> Option)[] options =
            [.. s_fields.Select(field => (field.Name, new Option<string?>(ProfileFields.Option(field.Name)) { Description = field.Description, HelpName = field.Form }))];
        var config = new ConfigArguments();
        var command = new Command("decide", "Batch, real time or both? With no options, a few questions.") { profile };
        foreach ((string _, Option<string?> option) in options)
        {
            command.Add(option);
        }

        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            var fields = new ProfileFields();
            if (parsed.GetValue(profile) is { } file)
            {
                ProfileFile.Read(shell, file, fields);
            }

            foreach ((string name, Option<string?> option) in options)
            {
                if (parsed.GetValue(option) is { } text)
                {
                    fields.Set(name, text, option.Name);
                }
            }

            if (fields.IsEmpty && shell.Surroundings.CanAsk && !shell.Json)
            {
                await ProfileQuestions.AskAsync(shell, shell.AskingConsole(), book.Catalog, fields, cancellationToken);
            }

            Decision decision = Decider.Decide(fields.ToProfile(shell.Clock), book.Catalog, shell.Clock.GetUtcNow());
            if (shell.Json)
            {
                shell.PrintJson(json => DecisionJson.Write(json, decision));
                return ExitCode.Ok;
            }

            if (!fields.Has("urgent"))
            {
                shell.Say("Taken for granted: nobody waits for any of it (--urgent 0%).");
            }

            new DecisionReport(decision).Print(shell);
            return ExitCode.Ok;
        });
        return command;
    }
}
