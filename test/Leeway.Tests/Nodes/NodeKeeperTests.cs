using Leeway.Nodes;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Nodes;

public sealed class NodeKeeperTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedNodes _nodes = new();
    private readonly NodeStanding _standing;
    private readonly NodeKeeper _keeper;
    private readonly List<int> _gained = [];
    private int _losses;

    public NodeKeeperTests()
    {
        _standing = new NodeStanding(_clock);
        _keeper = new NodeKeeper(_nodes, _standing, new MutableConfig(new LeewayConfig()), _clock, NullLogger<NodeKeeper>.Instance);
        _keeper.Gained += _gained.AddRange;
        _keeper.Lost += () =>
        {
            _losses++;
            Assert.False(_standing.MayPay);
            return Task.CompletedTask;
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_host_that_never_joins_has_its_stores_to_itself()
    {
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.True(_standing.MayPay);
        Assert.Equal([0], _standing.Numbers);
    }

    [Fact]
    public async Task The_lease_is_renewed_every_third_of_its_length()
    {
        await _keeper.JoinAsync(Token);
        await RunForAsync(16);

        Assert.Equal(3, _nodes.Renewals);
        Assert.True(_standing.MayPay);
        Assert.Single(_nodes.Joins);
    }

    [Fact]
    public async Task Without_the_database_paid_work_stops_when_the_lease_ends_and_goes_on_when_it_is_renewed()
    {
        await _keeper.JoinAsync(Token);
        _nodes.IsAway = true;
        await RunForAsync(14);
        Assert.True(_standing.MayPay);
        Assert.Contains("no route to host", _standing.Trouble, StringComparison.Ordinal);

        await RunForAsync(1);
        Assert.False(_standing.MayPay);
        Assert.Equal(0, _losses);

        _nodes.IsAway = false;
        await RunForAsync(1);
        Assert.True(_standing.MayPay);
        Assert.Null(_standing.Trouble);
        Assert.Single(_nodes.Joins);
    }

    [Fact]
    public async Task A_node_that_slept_past_its_lease_does_not_begin_paid_work_on_waking()
    {
        await _keeper.JoinAsync(Token);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(_standing.MayPay);
    }

    [Fact]
    public async Task A_lease_that_was_taken_over_is_dropped_and_the_node_joins_anew()
    {
        await _keeper.JoinAsync(Token);
        int term = _standing.Term;
        _nodes.IsTaken = true;
        await RunForAsync(2);

        Assert.Equal(1, _losses);
        Assert.Equal([false, true], _nodes.Joins.Select(join => join.Anew));
        Assert.Equal([2], _standing.Numbers);
        Assert.Equal([2], _gained);
        Assert.True(_standing.MayPay);
        Assert.NotEqual(term, _standing.Term);
    }

    [Fact]
    public async Task The_work_of_nodes_that_are_gone_falls_to_this_one_until_it_is_done()
    {
        await _keeper.JoinAsync(Token);
        _nodes.Gone.AddRange([7, 9]);
        await RunForAsync(1);

        Assert.Equal([7, 9], _gained);
        Assert.Equal([1, 7, 9], _standing.Numbers);

        await RunForAsync(61);
        Assert.Equal([1], _standing.Numbers);
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_lease_back_and_one_that_cannot_reach_the_database_stops_too()
    {
        await _keeper.JoinAsync(Token);
        _nodes.IsAway = true;
        await _keeper.LeaveAsync();
        Assert.False(_nodes.HasLeft);

        _nodes.IsAway = false;
        await _keeper.LeaveAsync();
        Assert.True(_nodes.HasLeft);
    }

    private async Task RunForAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _clock.Advance(s_second);
            TimeSpan wait = await _keeper.RunOnceAsync(Token);
            Assert.True(wait <= s_second);
        }
    }
}
