namespace Leeway.Simulation.Vendors;

/// <summary>A provider's job: what it is at an instant follows from its fate, so that it needs no event of its own.</summary>
internal sealed class SimulatedJob(string id, string fingerprint, string input, SimulatedRow[] rows, DateTimeOffset createdAt, BatchFate fate, ProviderCapabilities vendor)
{
    private DateTimeOffset? _cancelledAt;

    public SimulatedRow[] Rows => rows;

    public string InputFile => input;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Whether its rows are on the bill.</summary>
    public bool IsBilled { get; set; }

    /// <summary>When it ends, and how.</summary>
    public (DateTimeOffset At, ProviderBatchStatus Status) End
    {
        get
        {
            (DateTimeOffset At, ProviderBatchStatus Status) end = fate.Turnaround is { } turnaround && turnaround <= vendor.BatchWindow
                ? (createdAt + turnaround, ProviderBatchStatus.Completed)
                : (createdAt + vendor.BatchWindow, ProviderBatchStatus.Expired);
            return _cancelledAt is { } cancelled && cancelled + fate.CancelLag < end.At ? (cancelled + fate.CancelLag, ProviderBatchStatus.Cancelled) : end;
        }
    }

    public void Cancel(DateTimeOffset now)
    {
        if (End.At > now)
        {
            _cancelledAt ??= now;
        }
    }

    /// <summary>Rows that have run by an instant.</summary>
    public int DoneBy(DateTimeOffset at)
    {
        if (fate.Turnaround is not { } turnaround)
        {
            return 0;
        }

        TimeSpan age = at - createdAt;
        double begun = turnaround.Ticks * fate.StartsAt;
        return age >= turnaround ? rows.Length
            : age.Ticks <= begun ? 0
            : (int)(rows.Length * ((age.Ticks - begun) / (turnaround.Ticks - begun)));
    }

    /// <summary>Rows whose answers it keeps once it has ended, all of them billed.</summary>
    public int Kept()
    {
        (DateTimeOffset at, ProviderBatchStatus status) = End;
        UnfinishedRows rule = status == ProviderBatchStatus.Expired ? vendor.OnExpiry : vendor.OnCancel;
        return status == ProviderBatchStatus.Completed || rule == UnfinishedRows.PartKept ? DoneBy(at) : 0;
    }

    /// <summary>What the provider says of it.</summary>
    public ProviderBatch View(DateTimeOffset now)
    {
        (DateTimeOffset at, ProviderBatchStatus status) = End;
        bool ended = at <= now;
        int done = ended ? Kept() : DoneBy(now);
        bool files = ended && (status == ProviderBatchStatus.Completed || done > 0);
        return new ProviderBatch
        {
            Id = id,
            Status = ended ? status : _cancelledAt is null ? ProviderBatchStatus.InProgress : ProviderBatchStatus.Cancelling,
            Fingerprint = fingerprint,
            Requests = rows.Length,
            InputFile = input,
            OutputFile = files && done > 0 ? "out-" + id : null,
            ErrorFile = files && done < rows.Length ? "err-" + id : null,
            Completed = vendor.CountsWhileRunning || ended ? done : null,
            Failed = vendor.CountsWhileRunning || ended ? 0 : null,
        };
    }

    /// <summary>The rows of one of its files.</summary>
    public RowStream Open(bool output)
    {
        int kept = Kept();
        return output
            ? new RowStream(rows.AsMemory(0, kept), BatchRowKind.Answered)
            : new RowStream(rows.AsMemory(kept), End.Status == ProviderBatchStatus.Expired ? BatchRowKind.Expired : BatchRowKind.Cancelled);
    }
}
