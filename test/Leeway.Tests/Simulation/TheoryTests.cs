using Leeway.Load.Plan;

namespace Leeway.Tests.Simulation;

/// <summary>
/// The event loop against closed forms, on ten million events each with one seed. One per cent is more than two standard errors of every figure,
/// and each test says so: were the run too short, a pass would be luck.
/// </summary>
public sealed class TheoryTests
{
    private static readonly TheoryTrial Trial = new(seed: 1, customers: 5_000_000);

    [Fact]
    public void Many_servers_wait_by_Erlang_C() => Assert.All(Trial.ManyServers(), IsWithinOnePerCent);

    [Fact]
    public void Fixed_service_waits_half_as_long_as_exponential_service() => IsWithinOnePerCent(Trial.FixedService());

    [Fact]
    public void Lognormal_service_waits_by_Pollaczek_and_Khinchine() => IsWithinOnePerCent(Trial.LognormalService());

    [Fact]
    public void A_loss_system_loses_by_Erlang_B_whatever_the_law_of_service() => IsWithinOnePerCent(Trial.Loss());

    [Fact]
    public void The_closed_forms_are_those_of_the_tables()
    {
        // Erlang's own tables: B(10, 8) = 0.1217, C(8, 6) = 0.3570.
        Assert.Equal(0.1217, TheoryTrial.ErlangB(10, 8), 4);
        Assert.Equal(0.3570, TheoryTrial.ErlangC(8, 6), 4);
    }

    private static void IsWithinOnePerCent(TheoryRow row)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{row.Model}, {row.Quantity}: {row.Theory:g6} {row.Simulated:g6} ± {row.StandardError:g2} ({row.Events} events)");
        Assert.True(row.Events > 9_000_000, $"{row.Events} events");
        Assert.True(2 * row.StandardError < 0.01 * row.Theory, $"{row.Model}, {row.Quantity}: a standard error of {row.StandardError / row.Theory:p2} tells nothing of 1 %.");
        Assert.True(row.Error < 0.01, $"{row.Model}, {row.Quantity}: {row.Simulated:g6} instead of {row.Theory:g6}, off by {row.Error:p2} ± {row.StandardError / row.Theory:p2}.");
    }
}
