using System.Diagnostics;
using Leeway.Simulation.Vendors;

namespace Leeway.Tests.Simulation;

/// <summary>The same seed gives the same outcomes, byte for byte: within a process, and in another one, whose strings hash otherwise.</summary>
public sealed class DeterminismTests
{
    private const string Told = "LEEWAY_TEST_OUTCOME_HASH";

    [Fact]
    public void The_same_seed_twice_is_the_same_to_the_byte_and_another_seed_is_not()
    {
        Assert.Equal(Hash(1), Hash(1));
        Assert.NotEqual(Hash(1), Hash(2));
    }

    [Fact]
    public async Task Another_process_comes_to_the_same()
    {
        string file = Path.GetTempFileName();
        string tests = typeof(DeterminismTests).Assembly.Location;
        string host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Told] = file;
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(tests);
        }

        foreach (string argument in new[] { "--no-ansi", "--progress", "off", "--filter-method", "*" + nameof(DeterminismTests) + "." + nameof(Its_hash_is_written_where_it_is_told) })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string hash = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);

        Assert.True(process.ExitCode == 0, output);
        Assert.Equal(Hash(1), hash);
    }

    [Fact]
    public void Its_hash_is_written_where_it_is_told()
    {
        if (Environment.GetEnvironmentVariable(Told) is not { } file)
        {
            Assert.Skip("Runs in the process that its neighbour starts.");
            return;
        }

        File.WriteAllText(file, Hash(1));
    }

    private static string Hash(int seed)
    {
        SimulationScene scene = SimulationScene.Play(
            SimulationScene.Traffic(4_000, 2, 1),
            new ScriptedVendor(seed) { Batch = submission => new BatchFate(TimeSpan.FromMinutes(10 + ((submission.Job + seed) * 37 % 100))) { CancelLag = TimeSpan.FromMinutes(1) } });
        Assert.True(scene.Totals is { Rescued: > 0, TwicePaid: > 0 }, "Nothing that is rescued would be compared.");
        return scene.Hash();
    }
}
