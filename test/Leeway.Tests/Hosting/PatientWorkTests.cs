using Leeway.Hosting;

namespace Leeway.Tests.Hosting;

public sealed class PatientWorkTests
{
    private const string Own = "Leeway patient work";

    [Fact]
    public async Task What_can_wait_runs_on_threads_of_its_own_and_goes_on_there_after_each_await()
    {
        string?[] seen = await PatientWork.RunAsync(async () =>
        {
            string? before = Thread.CurrentThread.Name;
            await Task.Yield();
            string? after = Thread.CurrentThread.Name;
            await Task.Run(static () => { }, TestContext.Current.CancellationToken);
            return new[] { before, after, Thread.CurrentThread.Name };
        });

        Assert.Equal([Own, Own, Own], seen);
    }

    [Fact]
    public async Task What_somebody_waits_for_leaves_them_for_the_thread_pool()
    {
        bool[] seen = await PatientWork.RunAsync(async () =>
        {
            bool inside = await PatientWork.LeaveAsync(async () =>
            {
                await Task.Yield();
                return Thread.CurrentThread.IsThreadPoolThread;
            });
            return new[] { inside, Thread.CurrentThread.IsThreadPoolThread };
        });

        Assert.Equal([true, false], seen);
    }

    [Fact]
    public async Task A_failure_is_the_task_s_own()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => PatientWork.RunAsync(() => Task.FromException(new InvalidDataException())));
        await Assert.ThrowsAsync<InvalidDataException>(() => PatientWork.RunAsync(() => throw new InvalidDataException()));

        Assert.Equal(1, await PatientWork.RunAsync(() => Task.FromResult(1)));
    }
}
