namespace Leeway.Load.Enqueue;
internal static class EnqueueBench { public static Task<int> RunAsync(LoadOptions o) { _ = o; return Task.FromResult(1); } }
