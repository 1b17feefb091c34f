using System.CommandLine;
using Leeway.Classification;
using Leeway.Cli.Api;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway ask</c>: one question, answered now or by a deadline.</summary>
internal static class AskCommand
{
    public static Command Build(Shell shell)
    {
        var text = new Argument<string>("text") { Description = "The question." };
        var model = new Option<string>("--model", "-m") { Description = "Who is asked.", DefaultValueFactory = _ => "gpt-4o-mini" };
        var by = new Option<string?>("--by") { Description = "When the answer is needed: 07:00, 6h, an RFC 3339 instant. Default: now.", HelpName = "DEADLINE" };
        var system = new Option<string?>("--system") { Description = "A system message." };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "Longest answer, in tokens." };
        var stream = new Option<bool>("--stream") { Description = "Print the answer as it is written." };
        var command = new Command("ask", "Ask one question.") { text, model, by, system, maxTokens, stream };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DeadlineReading? deadline = parsed.GetValue(by) is { } given ? Arguments.Deadline(given, shell.Clock) : null;
            var question = new Question(
                parsed.GetValue(text)!, parsed.GetValue(model)!, parsed.GetValue(system), parsed.GetValue(maxTokens),
                deadline is { IsNow: false } ? deadline.Value.At : null, parsed.GetValue(stream));
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            return await new Asking(shell, gateway, question).RunAsync(cancellationToken);
        });
        return command;
    }
}
