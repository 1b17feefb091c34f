using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.MessageBatches;

/// <summary>The batches of messages, run when someone reads them after their time has come.</summary>
internal sealed class MessageBatchStore(SandboxWorld world)
{
    private static readonly TimeSpan s_lateBy = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<MessageBatch> _batches = [];
    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse(world.Options.Law);

    public MessageBatch Create(MessageBatchInput input, string? version)
    {
        var id = world.Ids.Next("msgbatch_");
        var now = world.Clock.Now;
        var late = world.Faults.Strikes(FaultKind.CreateLate, out var setting);
        var batch = new MessageBatch
        {
            Id = id,
            Input = input,
            Version = version,
            CreatedAt = now,
            VisibleAt = late ? now + (setting!.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_lateBy) : now,
            Plan = BatchPlan.Draw(world.Options, _law, world.Faults, id, now),
            AnswerIsLost = late | world.Faults.Strikes(FaultKind.CreateLost),
        };
        lock (_lock)
        {
            _batches.Add(batch);
        }

        world.Ledger.SeeRows(input.CustomIds);
        return batch;
    }

    public MessageBatch? Find(string id)
    {
        lock (_lock)
        {
            return _batches.Find(batch => batch.Id == id && IsListed(batch));
        }
    }

    /// <summary>Newest first.</summary>
    public List<MessageBatch> Listed()
    {
        lock (_lock)
        {
            var listed = _batches.FindAll(IsListed);
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

    /// <summary>Starts a cancel, if none has been; false when the batch has already ended.</summary>
    public async Task<bool> CancelAsync(MessageBatch batch, CancellationToken cancellationToken)
    {
        await AdvanceAsync(batch, cancellationToken);
        await batch.Gate.WaitAsync(cancellationToken);
        try
        {
            if (batch.Output is not null)
            {
                return false;
            }

            batch.CancelingAt ??= world.Clock.Now;
            return true;
        }
        finally
        {
            batch.Gate.Release();
        }
    }

    public async Task AdvanceAsync(MessageBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Output is not null || world.Clock.Now < batch.EndsAt)
        {
            return;
        }

        await batch.Gate.WaitAsync(cancellationToken);
        try
        {
            if (batch.Output is null && world.Clock.Now >= batch.EndsAt)
            {
                using var runner = new MessageBatchRunner(world, batch);
                batch.Output = runner.Run();
            }
        }
        finally
        {
            batch.Gate.Release();
        }
    }

    /// <summary>Every batch, those not yet visible and those deleted included, as the ledger shows them.</summary>
    public async Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        MessageBatch[] all;
        lock (_lock)
        {
            all = [.. _batches];
        }

        var bills = new List<BatchBill>();
        foreach (var batch in all)
        {
            await AdvanceAsync(batch, cancellationToken);
            var counts = batch.Output?.Counts ?? default;
            bills.Add(new BatchBill(
                batch.Id, batch.Status, batch.Input.Model, "", batch.CreatedAt, batch.Input.Lines.Count,
                counts.Succeeded, counts.Errored, counts.Succeeded, batch.Output?.CostUsd ?? 0, new Dictionary<string, string>()));
        }

        return bills;
    }

    private bool IsListed(MessageBatch batch) => !batch.IsDeleted && batch.VisibleAt <= world.Clock.Now;
}
