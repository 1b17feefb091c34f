using System.Collections.Concurrent;

namespace Leeway.Hosting;

/// <summary>
/// Threads of their own for what can wait: taking in what is deferred, sealing, submitting, collecting, delivering. The thread pool, on which calls
/// in real time run, stays free of it, and the system runs these threads after those of the pool. What is awaited goes on here too.
/// </summary>
public sealed class PatientWork : TaskScheduler
{
    // A processor is left to real time; and a stage that thinks for long leaves the others a thread.
    private static readonly PatientWork s_shared = new(Math.Max(2, Environment.ProcessorCount - 1));

    [ThreadStatic]
    private static bool t_isHere;

    private readonly BlockingCollection<Task> _tasks = [];

    private PatientWork(int threads)
    {
        MaximumConcurrencyLevel = threads;
        for (int i = 0; i < threads; i++)
        {
            PatientThread.Start("Leeway patient work", PatientThread.Work, Loop);
        }
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel { get; }

    /// <summary>Runs <paramref name="work"/> on these threads.</summary>
    public static Task RunAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, s_shared).Unwrap();

    /// <inheritdoc cref="RunAsync(Func{Task})"/>
    public static Task<T> RunAsync<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, s_shared).Unwrap();

    /// <summary>Runs <paramref name="work"/>, for which somebody waits, on the thread pool, wherever it is asked for.</summary>
    public static Task<T> LeaveAsync<T>(Func<Task<T>> work) => Current == s_shared ? Task.Run(work) : work();

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => t_isHere && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    private void Loop()
    {
        t_isHere = true;
        foreach (Task task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
