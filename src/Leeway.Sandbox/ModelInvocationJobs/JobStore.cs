using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.S3;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>The jobs, validated and run when someone reads them, or S3, after their time has come.</summary>
internal sealed class JobStore(SandboxWorld world, S3Store objects)
{
    private const int IdChars = 12;

    private static readonly TimeSpan s_lateBy = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<ModelInvocationJob> _jobs = [];
    private readonly Dictionary<string, ModelInvocationJob> _byToken = new(StringComparer.Ordinal);
    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse(world.Options.Law);

    /// <summary>A new job; or the one that a create with the same token made, and false.</summary>
    public (ModelInvocationJob Job, bool IsNew) Create(JobSpec spec, string region)
    {
        lock (_lock)
        {
            if (spec.Token is { } token && _byToken.TryGetValue(token, out var known))
            {
                return (known, false);
            }

            var id = world.Ids.Next("")[..IdChars];
            var now = world.Clock.Now;
            var late = world.Faults.Strikes(FaultKind.CreateLate, out var setting);
            var job = new ModelInvocationJob(id, region, spec, now, JobPlan.Draw(world.Options, _law, world.Faults, id, now, spec.Timeout))
            {
                VisibleAt = late ? now + (setting!.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_lateBy) : now,
                AnswerIsLost = late | world.Faults.Strikes(FaultKind.CreateLost),
            };
            _jobs.Add(job);
            if (spec.Token is not null)
            {
                _byToken.Add(spec.Token, job);
            }

            return (job, true);
        }
    }

    /// <param name="identifier">The ARN or the id.</param>
    public ModelInvocationJob? Find(string identifier)
    {
        lock (_lock)
        {
            return _jobs.Find(job => (job.Arn == identifier || job.Id == identifier) && job.VisibleAt <= world.Clock.Now);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ModelInvocationJob> Listed()
    {
        lock (_lock)
        {
            return _jobs.FindAll(job => job.VisibleAt <= world.Clock.Now);
        }
    }

    /// <summary>Starts a stop, if none has been; false when the job has already ended.</summary>
    public bool Stop(ModelInvocationJob job)
    {
        Advance(job);
        lock (job.Gate)
        {
            if (job.IsDone)
            {
                return false;
            }

            job.StoppingAt ??= world.Clock.Now;
            return true;
        }
    }

    public void Advance(ModelInvocationJob job)
    {
        lock (job.Gate)
        {
            var now = world.Clock.Now;
            if (!job.IsDone && job.Input is null && (now >= job.Plan.ScheduledAt || now >= job.EndsAt))
            {
                (job.Input, job.Message) = JobValidator.Validate(world, objects, job);
                if (job.Input is not null)
                {
                    world.Ledger.SeeRows(job.Input.Files.SelectMany(file => file.RecordIds));
                }
            }

            if (!job.IsDone && now >= job.EndsAt)
            {
                job.Output = new JobRunner(world, objects, job).Run();
            }
        }
    }

    /// <summary>Every job, those not yet visible included.</summary>
    public IReadOnlyList<ModelInvocationJob> AdvanceAll()
    {
        ModelInvocationJob[] all;
        lock (_lock)
        {
            all = [.. _jobs];
        }

        Array.ForEach(all, Advance);
        return all;
    }

    public IReadOnlyList<BatchBill> BillAll() =>
    [
        .. AdvanceAll().Select(job => new BatchBill(
            job.Arn, job.StatusAt(world.Clock.Now), job.Spec.Model.Name, job.Spec.Input.ToString(), job.SubmittedAt, job.Input?.Records ?? 0,
            job.Output?.Succeeded ?? 0, job.Output?.Failed ?? 0, job.Output?.Succeeded ?? 0, job.Output?.CostUsd ?? 0,
            new Dictionary<string, string>(job.Spec.Tags) { ["jobName"] = job.Spec.Name })),
    ];

    public void Clear()
    {
        lock (_lock)
        {
            _jobs.Clear();
            _byToken.Clear();
        }
    }
}
