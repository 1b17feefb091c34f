using System.Runtime.CompilerServices;
using Leeway.Simulation.Events;

namespace Leeway.Simulation.Clock;

/// <summary>Runs an event loop to its end on the calling thread, with every continuation in between: the clock moves only when nothing is left to do now.</summary>
internal static class SimulationThread
{
    public static void Run(EventLoop loop, Action start)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        var context = new SimulationContext();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            start();
            do
            {
                context.Drain();
            }
            while (loop.HandleNext());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Ends the simulation with what a task of its own fails with, instead of forgetting it.</summary>
    public static void Watch(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            TaskAwaiter awaiter = task.GetAwaiter();
            awaiter.OnCompleted(awaiter.GetResult);
        }
    }
}
