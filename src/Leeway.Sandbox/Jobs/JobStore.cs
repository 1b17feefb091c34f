using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.Jobs;

/// <summary>The jobs of one vendor, brought up to the clock whenever someone reads them.</summary>
/// <param name="window">After which a job that runs too long expires.</param>
/// <param name="queueWindow">The same for one that never starts.</param>
internal abstract class JobStore<T>(SandboxWorld world, TimeSpan window, TimeSpan queueWindow)
    where T : Job
{
    private static readonly TimeSpan s_lateBy = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<T> _jobs = [];
    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse(world.Options.Law);

    protected SandboxWorld World { get; } = world;

    public T Add(string id, Func<JobStart, T> make)
    {
        var now = World.Clock.Now;
        var late = World.Faults.Strikes(FaultKind.CreateLate, out var setting);
        var job = make(new JobStart(
            id,
            now,
            late ? now + (setting!.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_lateBy) : now,
            BatchPlan.Draw(World.Options, _law, World.Faults, id, now, _law.IsStall ? queueWindow : window),
            late | World.Faults.Strikes(FaultKind.CreateLost)));
        lock (_lock)
        {
            _jobs.Add(job);
        }

        return job;
    }

    public T? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.Find(job => job.Id == id && IsListed(job));
        }
    }

    /// <summary>Newest first.</summary>
    public List<T> Listed()
    {
        lock (_lock)
        {
            var listed = _jobs.FindAll(IsListed);
            listed.Reverse();
            return listed;
        }
    }

    /// <summary>Those that have not ended, not yet visible and deleted ones included.</summary>
    public List<T> Live()
    {
        lock (_lock)
        {
            return _jobs.FindAll(job => !job.HasEnded && World.Clock.Now < job.EndsAt);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _jobs.Clear();
        }
    }

    /// <summary>Starts a cancel, if none has been; false when the job has already ended.</summary>
    public async Task<bool> CancelAsync(T job, CancellationToken cancellationToken)
    {
        await AdvanceAsync(job, cancellationToken);
        await job.Gate.WaitAsync(cancellationToken);
        try
        {
            if (job.HasEnded)
            {
                return false;
            }

            job.CancellingAt ??= World.Clock.Now;
        }
        finally
        {
            job.Gate.Release();
        }

        await AdvanceAsync(job, cancellationToken);
        return true;
    }

    public async Task AdvanceAsync(T job, CancellationToken cancellationToken)
    {
        if (job.HasEnded || World.Clock.Now < job.EndsAt)
        {
            return;
        }

        await job.Gate.WaitAsync(cancellationToken);
        try
        {
            if (!job.HasEnded && World.Clock.Now >= job.EndsAt)
            {
                Run(job);
            }
        }
        finally
        {
            job.Gate.Release();
        }
    }

    /// <summary>Every job, those not yet visible and those deleted included, as the ledger shows them.</summary>
    public async Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        T[] all;
        lock (_lock)
        {
            all = [.. _jobs];
        }

        var bills = new List<BatchBill>();
        foreach (var job in all)
        {
            await AdvanceAsync(job, cancellationToken);
            bills.Add(Bill(job));
        }

        return bills;
    }

    /// <summary>Runs the rows and leaves the job ended.</summary>
    protected abstract void Run(T job);

    protected abstract BatchBill Bill(T job);

    private bool IsListed(T job) => !job.IsDeleted && job.VisibleAt <= World.Clock.Now;
}
