using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.Batches;

/// <summary>The batches, brought up to the clock whenever someone reads them.</summary>
internal sealed class BatchStore(SandboxWorld world, BatchRules rules)
{
    private static readonly TimeSpan s_lateBy = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<SandboxBatch> _batches = [];
    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse(world.Options.Law);

    public BatchRules Rules => rules;

    public SandboxBatch Create(BatchRequest request)
    {
        var id = rules.NewId(world.Ids);
        var now = world.Clock.Now;
        var late = world.Faults.Strikes(FaultKind.CreateLate, out var setting);
        var batch = new SandboxBatch
        {
            Id = id,
            Endpoint = request.Endpoint,
            InputFileId = request.InputFileId,
            InputFile = rules.Files.Find(request.InputFileId),
            Metadata = request.Metadata,
            OutputExpiresAfter = request.OutputExpiresAfter,
            CreatedAt = now,
            VisibleAt = late ? now + (setting!.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_lateBy) : now,
            Plan = rules.Draw(world, _law, id, now),
            FailsByTokenLimit = world.Faults.Strikes(FaultKind.TokenLimitExceeded),
            AnswerIsLost = late | world.Faults.Strikes(FaultKind.CreateLost),
        };
        lock (_lock)
        {
            _batches.Add(batch);
        }

        return batch;
    }

    public SandboxBatch? Find(string id)
    {
        lock (_lock)
        {
            return _batches.Find(batch => batch.Id == id && batch.VisibleAt <= world.Clock.Now);
        }
    }

    /// <summary>Those that can be listed, newest first.</summary>
    public List<SandboxBatch> Listed()
    {
        lock (_lock)
        {
            var now = world.Clock.Now;
            var listed = _batches.FindAll(batch => batch.VisibleAt <= now);
            listed.Reverse();
            return listed;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _batches.Clear();
        }
    }

    /// <summary>Starts a cancel; false when the batch has already ended.</summary>
    public async Task<bool> CancelAsync(SandboxBatch batch, CancellationToken cancellationToken)
    {
        await AdvanceAsync(batch, cancellationToken);
        await batch.Gate.WaitAsync(cancellationToken);
        try
        {
            if (batch.HasEnded)
            {
                return false;
            }

            batch.CancellingAt ??= world.Clock.Now;
            return true;
        }
        finally
        {
            batch.Gate.Release();
        }
    }

    /// <summary>Validates and runs the batch if the clock has passed the instants of either.</summary>
    public async Task AdvanceAsync(SandboxBatch batch, CancellationToken cancellationToken)
    {
        if (batch.HasEnded)
        {
            return;
        }

        await batch.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = world.Clock.Now;
            if (batch.Input is null && (now >= batch.Plan.InProgressAt || now >= batch.CancelledAt))
            {
                batch.Input = await ValidateAsync(batch, cancellationToken);
            }

            if (batch.Input is { Error: null } input && !batch.HasEnded && now >= batch.EndsAt)
            {
                using var runner = new BatchRunner(world, rules, batch, input);
                batch.Output = runner.Run();
            }
        }
        finally
        {
            batch.Gate.Release();
        }
    }

    /// <summary>The batches that have ended by the clock, each given once, and the next instant at which one may validate or end.</summary>
    public async Task<(IReadOnlyList<SandboxBatch> Ended, DateTimeOffset? Next)> TakeEndedAsync(CancellationToken cancellationToken)
    {
        List<SandboxBatch> ended = [];
        DateTimeOffset? next = null;
        foreach (var batch in Snapshot().Where(batch => !batch.IsTold))
        {
            await AdvanceAsync(batch, cancellationToken);
            if (batch.HasEnded)
            {
                batch.IsTold = true;
                ended.Add(batch);
                continue;
            }

            var at = batch.Input is null && batch.Plan.InProgressAt < batch.EndsAt ? batch.Plan.InProgressAt : batch.EndsAt;
            next = next is null || at < next ? at : next;
        }

        return (ended, next);
    }

    /// <summary>Every batch, those not yet visible included, as the ledger shows them.</summary>
    public async Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        var bills = new List<BatchBill>();
        foreach (var batch in Snapshot())
        {
            await AdvanceAsync(batch, cancellationToken);
            var output = batch.Output;
            bills.Add(new BatchBill(
                batch.Id, batch.StatusAt(world.Clock.Now), batch.Input?.ModelName, batch.InputFileId, batch.CreatedAt, batch.Input?.Lines.Count ?? 0,
                output?.Completed ?? 0, output?.Failed ?? 0, output?.Billed ?? 0, output?.CostUsd ?? 0, batch.Metadata));
        }

        return bills;
    }

    private SandboxBatch[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _batches];
        }
    }

    private async Task<BatchInput> ValidateAsync(SandboxBatch batch, CancellationToken cancellationToken)
    {
        if (batch.InputFile is not { } file || file.Purpose != rules.InputPurpose)
        {
            return BatchInput.Failed(new BatchLineError(
                "invalid_request", $"The input file '{batch.InputFileId}' does not exist or its purpose is not '{rules.InputPurpose}'.", "input_file_id", null));
        }

        var limit = world.Options.EnqueuedTokenLimit;
        var validator = new BatchValidator(file.Content, batch.Endpoint, rules, measures: limit is not null);
        var input = validator.Run();
        if (input.Error is not null)
        {
            return input;
        }

        if (batch.FailsByTokenLimit || (limit is not null && input.PromptTokens + await CountEnqueuedAsync(batch, input, cancellationToken) > limit))
        {
            return BatchInput.Failed(new BatchLineError(
                "token_limit_exceeded",
                $"Enqueued token limit reached for {input.ModelName}. Please try again once some in_progress batches have been completed.",
                null,
                null));
        }

        world.Ledger.SeeRows(validator.CustomIds);
        return input;
    }

    /// <summary>Prompt tokens of the same model in older batches that were live when this one left validation.</summary>
    private async Task<long> CountEnqueuedAsync(SandboxBatch batch, BatchInput input, CancellationToken cancellationToken)
    {
        var at = batch.Plan.InProgressAt;
        long tokens = 0;
        foreach (var older in Snapshot().TakeWhile(other => other != batch))
        {
            // Gates are taken from newer to older only, so this cannot deadlock.
            await AdvanceAsync(older, cancellationToken);
            if (older.Input is { Error: null } live && live.Model == input.Model && older.Plan.InProgressAt <= at && older.EndsAt > at)
            {
                tokens += live.PromptTokens;
            }
        }

        return tokens;
    }
}
