using System.Text;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Runs;

/// <summary>
/// One <c>run</c> from file to results.
/// 1. Take up the run of this output, or refuse to mix two. 2. Read every line, quote, ask. 3. Remember the run. 4. Send. 5. Seal.
/// 6. Watch. 7. Collect in the input's order. 8. Remember the end.
/// </summary>
internal sealed class RunSession(Shell shell, RunOptions options, KnownPrices prices)
{
    private const int MostProblems = 100;
    private static readonly TimeSpan s_defaultDeadline = TimeSpan.FromHours(24);

    private readonly string _output = Path.GetFullPath(options.Output, Path.GetFullPath(shell.Surroundings.Folder));
    private readonly InputFile _input = new(Path.GetFullPath(options.Input, Path.GetFullPath(shell.Surroundings.Folder)), options.Shown ?? options.Input, options.Parameters);

    private RunStateFile StateFile => new(
        options.ToStandardOutput ? Path.Combine(Path.GetFullPath(shell.Surroundings.Folder), Path.GetFileName(options.Input) + ".leeway") : _output + ".leeway");

    /// <summary>1. to 3.; null when the run is complete already. Nothing has been sent yet.</summary>
    /// <param name="isSimulated">Whether the gateway is known to cost nothing.</param>
    public async Task<(RunState State, bool IsComplete)> PrepareAsync(bool isSimulated, CancellationToken cancellationToken)
    {
        // 1.
        string hash = await _input.HashAsync(cancellationToken);
        if (options.Restart)
        {
            StateFile.Delete();
        }
        else if (StateFile.Load() is { } earlier)
        {
            return (Resume(earlier, hash), earlier.End is not null && !options.ToStandardOutput && File.Exists(_output));
        }
        else if (!options.ToStandardOutput && File.Exists(_output))
        {
            throw new CliFailure(ExitCode.Usage, $"{options.Output} exists and is no run's output that could be continued. Nothing was sent.", "Choose another -o, or overwrite it with --restart.")
            {
                Code = "output_exists",
            };
        }

        // 2.
        Quote quote = Scan();
        DateTimeOffset now = shell.Clock.GetUtcNow();
        DateTimeOffset deadline = options.Deadline ?? now + s_defaultDeadline;
        await new RunConsent(shell, options).AskAsync(quote, deadline, isSimulated, cancellationToken);

        // 3.
        var state = new RunState
        {
            Run = (options.Run ?? new RunId(new IdSource(shell.Clock, shell.Surroundings.Random).Next())).ToString(),
            Input = options.Input,
            InputSha256 = hash,
            Parameters = options.Parameters,
            Deadline = deadline,
            Mail = options.Mail,
            StartedAt = now,
            Requests = quote.Requests,
        };
        StateFile.Save(state);
        return (state, false);
    }

    /// <summary>4. to 8.</summary>
    public async Task<RunEnd> CompleteAsync(RunState state, GatewayClient gateway, CancellationToken cancellationToken)
    {
        // 4. Past the deadline nothing is accepted any more; what was accepted has ended or is ending.
        var sender = new LineSender(shell, gateway, state);
        if (shell.Clock.GetUtcNow() < state.Deadline)
        {
            await sender.SendAsync(_input.Read(), _ => { }, cancellationToken);
            TellRefusals(sender);
            shell.Say($"{sender.Accepted} of {state.Requests} requests are with the gateway as {state.Run}; they are safe there.");
        }
        else
        {
            shell.Say($"The deadline {TimeText.Local(state.Deadline)} is over: nothing more is sent, results are collected.");
        }

        // 5.–6.
        RunView? run = null;
        if (sender.Accepted > 0 || sender.Refused.Count == 0)
        {
            await gateway.PostAsync($"leeway/runs/{state.Run}/seal", null, cancellationToken);
            run = await new RunWatcher(shell, gateway, state).WatchAsync(cancellationToken);
        }

        // 7.
        DateTimeOffset ended = shell.Clock.GetUtcNow();
        RunEnd end = await WriteAsync(new ResultCollector(gateway, state, _input, sender.Refused), cancellationToken);
        end = end with { CostUsd = run?.CostUsd, ListCostUsd = run?.ListCostUsd, SavedUsd = run?.SavedUsd, SecondsToDeadline = (state.Deadline - ended).TotalSeconds };

        // 8.
        StateFile.Save(state with { End = end });
        return end;
    }

    /// <summary>The run that writes this output, for cancelling it.</summary>
    public RunState Find() => StateFile.Load()
        ?? throw new CliFailure(ExitCode.NotFound, $"No run writes {options.Output}: there is no {Path.GetFileName(StateFile.Path)}.");

    private RunState Resume(RunState earlier, string hash)
    {
        string? changed = earlier.InputSha256 != hash ? $"{options.Input} is not the file it was" : earlier.Parameters != options.Parameters ? "template, model or another parameter changed" : null;
        if (changed is not null)
        {
            throw new CliFailure(
                ExitCode.Usage, $"{options.Output} belongs to an earlier run ({earlier.Run}), and {changed}. Nothing was sent.", "Choose another -o, or begin anew with --restart.")
            {
                Code = "run_changed",
            };
        }

        if (earlier.End is null)
        {
            shell.Say($"Taking up {earlier.Run}, begun {TimeText.Local(earlier.StartedAt)}; its deadline stays {TimeText.Local(earlier.Deadline)}.");
        }

        return earlier;
    }

    private Quote Scan()
    {
        var quote = new Quote(prices.Find);
        int bad = 0;
        foreach (InputItem item in _input.Read())
        {
            if (item.Problem is null)
            {
                quote.Add(item);
            }
            else if (++bad <= MostProblems)
            {
                shell.Say($"{item.Place(_input.Shown)} {item.Problem}");
            }
        }

        if (bad > MostProblems)
        {
            shell.Say($"and {bad - MostProblems} more");
        }

        if (bad > 0 && !options.Parameters.Partial)
        {
            throw new CliFailure(ExitCode.Failed, $"{bad} of {bad + quote.Requests} lines are wrong. Nothing was sent.", "Correct them, or send the others with --partial.") { Code = "invalid_input" };
        }

        return quote.Requests > 0 ? quote.Complete() : throw new CliFailure(ExitCode.Failed, $"{_input.Shown} has no request to send.") { Code = "invalid_input" };
    }

    private void TellRefusals(LineSender sender)
    {
        foreach (IGrouping<string?, KeyValuePair<string, ErrorView>> cause in sender.Refused.GroupBy(pair => pair.Value.Code).OrderByDescending(group => group.Count()))
        {
            shell.Say($"refused: {cause.Count()} × {cause.Key}, first {cause.First().Key}: {cause.First().Value.Message}");
        }
    }

    private async Task<RunEnd> WriteAsync(ResultCollector collector, CancellationToken cancellationToken)
    {
        string scratch = StateFile.Path + ".results";
        if (options.ToStandardOutput)
        {
            await using var stream = new TextWriterStream(shell.Out);
            return await collector.CollectAsync(stream, scratch, cancellationToken);
        }

        string next = _output + ".tmp";
        RunEnd end;
        await using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024))
        {
            end = await collector.CollectAsync(stream, scratch, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, _output, overwrite: true);
        return end;
    }

    /// <summary>Whole lines of UTF-8 to a text writer.</summary>
    private sealed class TextWriterStream(TextWriter writer) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => writer.Write(Encoding.UTF8.GetString(buffer, offset, count));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await writer.WriteAsync(Encoding.UTF8.GetString(buffer.Span).AsMemory(), cancellationToken);
    }
}
