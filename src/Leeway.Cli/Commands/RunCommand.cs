using System.CommandLine;
using Leeway.Classification;
using Leeway.Cli.Api;
using Leeway.Cli.Hosting;
using Leeway.Cli.Output;
using Leeway.Cli.Runs;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway run</c>: a file of requests, results in a file.</summary>
internal static class RunCommand
{
    public static Command Build(Shell shell)
    {
        var arguments = new RunArguments();
        var config = new ConfigArguments();
        var command = new Command("run", "Send a file of requests by a deadline: an OpenAI batch file, or CSV or JSONL with --template. The same command again resumes it.");
        arguments.AddTo(command);
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RunOptions options = arguments.Read(shell, parsed);
            ConfigSources sources = config.Sources(shell, parsed);
            bool named = parsed.GetValue(shell.Globals.Gateway) is not null || !string.IsNullOrEmpty(shell.Surroundings.Variables.GetValueOrDefault("LEEWAY_URL"));
            var session = new RunSession(shell, options, new KnownPrices(ConfigLoader.Load(sources).Config, shell.Clock.GetUtcNow()));
            if (parsed.GetValue(arguments.Cancel))
            {
                RunState state = session.Find();
                await using GatewayTarget target = await GatewayTarget.OpenAsync(shell, CommandTree.Gateway(shell, parsed), named, sources, cancellationToken);
                return await CancelAsync(shell, target.Client, state, cancellationToken);
            }

            await using GatewayTarget gateway = await GatewayTarget.OpenAsync(shell, CommandTree.Gateway(shell, parsed), named, sources, cancellationToken);
            return await RunAsync(shell, options, session, gateway, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, RunOptions options, RunSession session, GatewayTarget gateway, CancellationToken cancellationToken)
    {
        (RunState state, bool isComplete) = await session.PrepareAsync(gateway.IsSimulated, cancellationToken);
        if (isComplete)
        {
            shell.Say($"{options.Output} is complete already; --restart would do it all again.");
            Summarise(shell, state, state.End!);
            return state.End!.ExitCode;
        }

        try
        {
            RunEnd end = await session.CompleteAsync(state, gateway.Client, cancellationToken);
            Summarise(shell, state, end);
            return end.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            shell.Say($"""
                Stopped. What was sent is safe with the gateway{(gateway.IsLocal ? " and goes on when it runs again" : " and goes on there")}.
                Resume with the same command; cancel with:
                  leeway run --cancel {options.Input} -o {options.Output}
                """);
            throw;
        }
    }

    private static async Task<int> CancelAsync(Shell shell, GatewayClient gateway, RunState state, CancellationToken cancellationToken)
    {
        System.Text.Json.JsonElement answer = await gateway.PostAsync($"leeway/runs/{state.Run}/cancel", null, cancellationToken);
        if (shell.Json)
        {
            shell.PrintJson(answer);
        }
        else
        {
            shell.Say($"{answer.GetProperty("cancelled").GetInt32()} requests of {state.Run} were cancelled. The run command without --cancel collects what was ready.");
        }

        return ExitCode.Ok;
    }

    private static void Summarise(Shell shell, RunState state, RunEnd end)
    {
        int failed = end.Failed + end.Cancelled + end.Refused;
        TimeSpan left = TimeSpan.FromSeconds(end.SecondsToDeadline);
        shell.Say($"{end.Succeeded} done, {failed} failed, {end.Expired} expired · spent {MoneyText.Of(end.CostUsd)} · list price {MoneyText.Of(end.ListCostUsd)}"
            + $" · saved {MoneyText.Of(end.SavedUsd)} ({MoneyText.Share(end.SavedUsd, end.ListCostUsd)}) · finished {(left >= TimeSpan.Zero ? $"{TimeText.Of(left)} before" : $"{TimeText.Of(-left)} after")} the deadline");
        if (shell.Json)
        {
            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("run", state.Run);
                json.WriteNumber("succeeded", end.Succeeded);
                json.WriteNumber("failed", end.Failed);
                json.WriteNumber("expired", end.Expired);
                json.WriteNumber("cancelled", end.Cancelled);
                json.WriteNumber("refused", end.Refused);
                WriteMoney(json, "cost_usd", end.CostUsd);
                WriteMoney(json, "list_cost_usd", end.ListCostUsd);
                WriteMoney(json, "saved_usd", end.SavedUsd);
                json.WriteString("deadline", TimeText.Instant(state.Deadline));
                json.WriteNumber("exit_code", end.ExitCode);
                json.WriteEndObject();
            });
        }
    }

    private static void WriteMoney(System.Text.Json.Utf8JsonWriter json, string name, decimal? amount) =>
        json.WriteString(name, amount?.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
