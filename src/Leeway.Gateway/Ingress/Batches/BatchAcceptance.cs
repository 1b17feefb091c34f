using Leeway.Files;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Nodes;
using Leeway.Queue;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>
/// Turns the lines of a validating batch into requests.
/// <list type="number">
/// <item>All lines are looked at. When one is bad, the batch fails and nothing was accepted; a batch that takes good lines in any case skips this.</item>
/// <item>Lines become durable in groups, with their bodies left in the file.</item>
/// <item>The batch is in progress.</item>
/// </list>
/// A crash anywhere repeats the whole, which finds the lines that are there already by their custom ids.
/// </summary>
internal sealed partial class BatchAcceptance(
    IClientBatchStore batches, IFileContents contents, LineIntake lines, BudgetDesk desk, RequestQueue queue, NodeStanding standing, IConfigSource config, TimeProvider clock, ILogger<BatchAcceptance> logger)
{
    private const int GroupSize = 500;

    /// <summary>Runs to the end, or until the batch is cancelled.</summary>
    public async Task RunAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        // 1. Not again once some are accepted: the batch can no longer fail as if none were, and what it may cost is set aside.
        Principal caller = lines.CallerOf(batch);
        bool isBegun = (await batches.CountAsync(batch.Id, cancellationToken)).Total > 0;
        var check = new Pass();
        if (!isBegun && (!batch.AcceptsPartly || desk.Holds(caller)))
        {
            await foreach ((NewRequest? request, LineProblem? problem) in ReadAsync(batch, check, cancellationToken))
            {
                check.Reserved += request?.Reserved ?? 0;
                if (!batch.AcceptsPartly || problem?.Line is null)
                {
                    check.Note(problem);
                }
            }

            if (check.Problems.Count == 0 && await desk.SetAsideAsync(Now(), batch.Caller, check.Reserved > 0 ? check.Reserved : null, cancellationToken) is { } overBudget)
            {
                check.Note(OfFile(overBudget.Code, overBudget.Message, overBudget.Remedy!));
            }

            if (check.Problems.Count > 0)
            {
                await FailAsync(batch, check, cancellationToken);
                return;
            }
        }

        var pass = new Pass();
        await AcceptLinesAsync(batch, pass, cancellationToken);

        // What was set aside for lines that are not there after all. After a failure it stays set aside for those that the next run accepts.
        desk.GiveBack(Now(), batch.Caller, Math.Max(0, check.Reserved - pass.Reserved));
    }

    private async Task AcceptLinesAsync(ClientBatch batch, Pass pass, CancellationToken cancellationToken)
    {
        // 2.
        var good = new List<NewRequest>(GroupSize);
        var bad = new List<LineProblem>();
        await foreach ((NewRequest? request, LineProblem? problem) in ReadAsync(batch, pass, cancellationToken))
        {
            if (request is not null)
            {
                pass.NoteModel(request.Model);
                good.Add(request);
            }
            else if (problem!.Line is null)
            {
                // The file as a whole: there is no part of it to accept.
                pass.Note(problem);
            }
            else
            {
                bad.Add(problem);
            }

            if (good.Count + bad.Count == GroupSize && !await AcceptAsync(batch, pass, good, bad, cancellationToken))
            {
                return;
            }
        }

        if (pass.Problems.Count > 0)
        {
            await FailAsync(batch, pass, cancellationToken);
            return;
        }

        // 3.
        if (await AcceptAsync(batch, pass, good, bad, cancellationToken)
            && await batches.UpdateAsync(
                batch with { State = ClientBatchState.InProgress, InProgressAt = clock.GetUtcNow(), Model = pass.Model, Lines = pass.Lines },
                ClientBatchState.Validating, [], [], cancellationToken))
        {
            LogAccepted(logger, batch.PrintedId, pass.Lines);
        }
    }

    private async Task<bool> AcceptAsync(ClientBatch batch, Pass pass, List<NewRequest> good, List<LineProblem> bad, CancellationToken cancellationToken)
    {
        int term = standing.Term;
        IReadOnlyList<NewRequest>? written = await batches.AcceptAsync(batch.Id, good, bad, cancellationToken);
        FailPoint.Hit(FailPoint.AfterLinesAccepted);
        foreach (NewRequest request in written ?? [])
        {
            pass.Reserved += request.Reserved ?? 0;
            queue.Adopt(request, term);
        }

        good.Clear();
        bad.Clear();
        return written is not null;
    }

    private async Task FailAsync(ClientBatch batch, Pass pass, CancellationToken cancellationToken)
    {
        LogRefused(logger, batch.PrintedId, pass.Bad, pass.Lines);
        IReadOnlyList<LineProblem> told = pass.Bad > pass.Problems.Count
            ? [.. pass.Problems, OfFile("more_bad_lines", $"{pass.Bad} lines cannot be accepted; the first {pass.Problems.Count} are told.", "`leeway validate FILE` tells before you upload.")]
            : pass.Problems;
        await batches.UpdateAsync(
            batch with { State = ClientBatchState.Failed, EndedAt = clock.GetUtcNow() }, ClientBatchState.Validating, [], told, cancellationToken);
    }

    private async IAsyncEnumerable<(NewRequest? Request, LineProblem? Problem)> ReadAsync(
        ClientBatch batch, Pass pass, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BatchFileLimits limits = BatchFileLimits.Of(config.Current.Server.Limits);
        int most = batch.Dialect == Dialect.Anthropic ? int.MaxValue : limits.Lines;
        Principal caller = lines.CallerOf(batch);
        var ids = new CustomIds();
        await using Stream content = contents.Open(batch.InputFile.Value) ?? throw new FileNotFoundException($"The content of {batch.InputFile} is gone.");
        await foreach (FileLine line in FileLines.ReadAsync(content, limits.LineBytes, cancellationToken))
        {
            if (++pass.Lines > most)
            {
                yield return (null, OfFile(LineProblemCodes.TooManyLines, $"The file has more than {most} lines (server.limits.batch_lines).", "Split it, or let the operator raise the limit."));
                yield break;
            }

            NewRequest? request = lines.Read(line, batch, caller, ids, out LineProblem? problem);
            yield return (request, problem);
        }

        if (pass.Lines == 0)
        {
            yield return (null, OfFile(LineProblemCodes.EmptyFile, "The file holds no line.", "Write one request on each line."));
        }
    }

    // The period that counts is that in which lines are accepted.
    private RequestId Now() => new(IdSource.FirstOf(clock.GetUtcNow()));

    private static LineProblem OfFile(string code, string message, string remedy) => new(null, null, null, code, null, message, remedy);

    /// <summary>What one pass over the lines finds.</summary>
    private sealed class Pass
    {
        private bool _hasSeveral;

        public int Lines { get; set; }

        public int Bad { get; private set; }

        public string? Model { get; private set; }

        /// <summary>USD that they may cost; counted where budgets hold.</summary>
        public decimal Reserved { get; set; }

        /// <summary>The first ones.</summary>
        public List<LineProblem> Problems { get; } = [];

        public void Note(LineProblem? problem)
        {
            if (problem is not null)
            {
                Bad++;
                if (Problems.Count < BatchFileReport.MaxProblems)
                {
                    Problems.Add(problem);
                }
            }
        }

        public void NoteModel(string model)
        {
            _hasSeveral |= Model is not null && Model != model;
            Model = _hasSeveral ? null : model;
        }
    }

    [LoggerMessage(EventId = 9301, Level = LogLevel.Information, Message = "{Batch} is in progress with {Lines} lines")]
    private static partial void LogAccepted(ILogger logger, string batch, int lines);

    [LoggerMessage(EventId = 9302, Level = LogLevel.Information, Message = "{Batch} is refused: {Bad} of {Lines} lines cannot be accepted")]
    private static partial void LogRefused(ILogger logger, string batch, int bad, int lines);
}
