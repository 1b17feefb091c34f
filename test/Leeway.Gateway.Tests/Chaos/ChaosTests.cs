using Leeway.Chaos;
using Leeway.Chaos.Reporting;
using Leeway.Chaos.Troubles;

namespace Leeway.Gateway.Tests.Chaos;

/// <summary>The short form of <c>./dev chaos</c>: real processes, real faults, a fixed seed.</summary>
public sealed class ChaosTests
{
    private const int Seed = 20261130;

    [Fact]
    public async Task One_node_that_is_killed_paused_and_cut_off_breaks_no_promise()
    {
        string[] only = ["kill", "pause", "provider-deaf", "provider-reset", "disk-full", "vendor-falters", "receiver-out"];
        await AssertHoldsAsync(new ChaosOptions(Seed, TimeSpan.FromSeconds(25), 1, Postgres: false, 12, null, only) { Every = TimeSpan.FromSeconds(3) });
    }

    [Fact]
    public async Task Three_nodes_on_one_server_that_are_killed_paused_and_cut_off_break_no_promise()
    {
        string[] only = ["kill", "pause", "roll", "provider-deaf", "database-dropped", "database-deaf", "database-crash", "vendor-falters", "receiver-out"];
        await AssertHoldsAsync(new ChaosOptions(Seed, TimeSpan.FromSeconds(40), 3, Postgres: true, 8, null, only) { Every = TimeSpan.FromSeconds(4), KeyBudget = 0.002m });
    }

    [Fact]
    public void The_same_seed_draws_the_same_troubles_and_another_draws_others()
    {
        TroubleKind[] kinds = Enum.GetValues<TroubleKind>();
        IReadOnlyList<Trouble> Draw(int seed) => TroublePlan.Draw(seed, kinds, 3, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(7));
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        Assert.Equal(kinds, Draw(1).Select(trouble => trouble.Kind).Distinct().Order());
        Assert.All(Draw(1), trouble => Assert.InRange(trouble.At + trouble.For, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
    }

    private static async Task AssertHoldsAsync(ChaosOptions options)
    {
        ChaosReport report = await ChaosRun.RunAsync(options, TestContext.Current.SendDiagnosticMessage);
        report.Write();
        Assert.True(report.Holds, report.Text());
        Assert.NotEmpty(report.Troubles.Events);
        Assert.Contains(report.Log.Sent, sent => sent.AcceptedAt is not null);
        report.DropUnlessWanted();
    }
}
