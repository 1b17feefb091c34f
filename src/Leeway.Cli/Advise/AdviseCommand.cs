using System.CommandLine;
using System.Globalization;
using Leeway.Advisor;
using Leeway.Advisor.Advice;
using Leeway.Advisor.Report;
using Leeway.Cli.Api;
using Leeway.Cli.Commands;
using Leeway.Cli.Hosting;
using Leeway.Cli.Output;
using Leeway.Cli.Prices;
using Leeway.Traces;

namespace Leeway.Cli.Advise;

/// <summary><c>leeway advise</c>: what of a recorded traffic could wait, and what that would save.</summary>
internal static class AdviseCommand
{
    public static Command Build(Shell shell)
    {
        var traces = new Argument<string[]>("trace")
        {
            Description = "CSV, JSONL, JSON or Parquet, also packed by gzip; exports of OpenAI usage, LiteLLM spend logs and Langfuse; a ServeGen archive.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var model = new Option<string?>("--model") { Description = "The model of rows that name none." };
        var map = new Option<string[]>("--map")
        {
            Description = "What the columns mean, where the guess is wrong: time=TIMESTAMP,input=ContextTokens,output=… (time=ts:ms for a unit, output=0 for a constant).",
            HelpName = "field=column,…",
        };
        var deferrable = new Option<string?>("--deferrable")
        {
            Description = "The share that can wait where the trace does not tell: low, middle and high guess in percent.",
            HelpName = "0,25,50",
        };
        var yaml = new Option<string?>("--write") { Description = "Write the recommended configuration here.", HelpName = "leeway.yaml" };
        var html = new Option<string?>("--html") { Description = "Write the advice as a page with charts: one file that needs no network and prints well.", HelpName = "report.html" };
        var seed = new Option<int>("--seed") { Description = "For what is drawn at random: a ServeGen archive's requests, the spreading of a coarse clock.", DefaultValueFactory = _ => 1 };
        var ledger = new Option<bool>("--ledger") { Description = "Read the running gateway's own ledger instead of files." };
        var since = new Option<string?>("--since") { Description = "With --ledger: from when, 7d, 24h or a date. Default: everything." };
        var config = new ConfigArguments();
        var command = new Command("advise", "Say what of a recorded traffic could wait, and what that would save.") { traces, model, map, deferrable, yaml, html, seed, ledger, since };
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] given = parsed.GetValue(traces) ?? [];
            bool own = parsed.GetValue(ledger);
            if (given.Length == 0 != own)
            {
                throw own
                    ? new CliFailure(ExitCode.Usage, "--ledger reads the gateway's ledger; files cannot be named with it.", "Advise on one after the other.")
                    : new CliFailure(ExitCode.Usage, "No trace was named.", "leeway advise TRACE…, for instance an export of your gateway's or provider's logs; or --ledger for the gateway's own.");
            }

            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            var options = new TraceOptions
            {
                Map = ColumnOption.Read(parsed.GetValue(map) ?? []),
                Model = parsed.GetValue(model),
                Prices = book.Catalog,
                PricesAt = shell.Clock.GetUtcNow(),
                Seed = parsed.GetValue(seed),
            };
            string folder = Path.GetFullPath(shell.Surroundings.Folder);
            ShareRange? shares = Shares(parsed.GetValue(deferrable));
            AdviceResult result = own
                ? await AdviseOnLedgerAsync(shell, parsed, parsed.GetValue(since), options, shares, cancellationToken)
                : await AdviseAsync([.. given.Select(file => Path.GetFullPath(file, folder))], options, shares, cancellationToken);
            if (parsed.GetValue(yaml) is { } target)
            {
                await WriteAsync(Path.GetFullPath(target, folder), result.Configuration, cancellationToken);
                shell.Say($"The configuration is in {target}.");
            }

            if (parsed.GetValue(html) is { } page)
            {
                await ReportFile.WriteAsync(Path.GetFullPath(page, folder), AdvicePage.Write(result), "leeway advise", AdvicePage.Mark, cancellationToken);
                shell.Say($"The report is in {page}.");
            }

            if (shell.Json)
            {
                shell.Out.WriteLine(AdviceJson.Write(result));
            }
            else
            {
                AdviceText.Print(shell, result);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<AdviceResult> AdviseOnLedgerAsync(
        Shell shell, ParseResult parsed, string? since, TraceOptions options, ShareRange? shares, CancellationToken cancellationToken)
    {
        string? from = since is null ? null : TimeText.Instant(Arguments.Since("--since", since, shell.Clock));
        using GatewayClient admin = CommandTree.Admin(shell, parsed);
        string folder = Directory.CreateTempSubdirectory("leeway-ledger-").FullName;
        try
        {
            string file = Path.Combine(folder, "ledger.jsonl");
            if (await LedgerDownload.WriteAsync(admin, from, file, cancellationToken) == 0)
            {
                throw new CliFailure(ExitCode.Failed, $"The ledger at {admin.Root} has no entries{(from is null ? "" : " since " + from)}.", "Send some requests through the gateway first.") { Code = "empty_ledger" };
            }

            AdviceResult result = await AdviseAsync([file], options, shares, cancellationToken);
            return result with
            {
                Source = result.Source with
                {
                    Files = [.. result.Source.Files.Select(read => read with { Path = $"ledger of {admin.Root}" })],
                    Notes = [.. result.Source.Notes, "The ledger's times are those at which each attempt was paid, for what waited hours after it came."],
                },
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<AdviceResult> AdviseAsync(IReadOnlyList<string> files, TraceOptions options, ShareRange? shares, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => TraceAdviser.Advise(files, options, shares, cancellationToken), cancellationToken);
        }
        catch (TraceException error)
        {
            throw new CliFailure(ExitCode.Failed, error.Message, error.Remedy) { Code = "bad_trace" };
        }
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw new CliFailure(ExitCode.Failed, $"{path} exists; it was not changed.", "Name another file, and copy from it what you want.") { Code = "file_exists" };
        }

        await File.WriteAllTextAsync(path, text, cancellationToken);
    }

    private static ShareRange? Shares(string? text)
    {
        if (text is null)
        {
            return null;
        }

        double[] shares =
        [
            .. text.Split(',').Select(part => double.TryParse(part.Trim().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) ? share : double.NaN),
        ];
        return shares.Length == 3 && shares.All(share => share is >= 0 and <= 100) && shares[0] <= shares[1] && shares[1] <= shares[2]
            ? new ShareRange(shares[0] / 100, shares[1] / 100, shares[2] / 100)
            : throw new CliFailure(ExitCode.Usage, $"--deferrable: '{text}' is not three rising percentages.", "Write for instance --deferrable 10,30,60.");
    }
}
