using CsCheck;
using Leeway.Economics;
using Leeway.Planning;
using Leeway.Queue;
using Leeway.Routing;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Queue;

public sealed class QueueIndexTests
{
    private static readonly GroupKey[] s_groups = [new("openai/gpt-4o", "/v1/chat/completions", "gpt-4o"), new("openai/gpt-4o-mini", "/v1/chat/completions", "gpt-4o-mini")];

    private static (QueueIndex Index, LanePlanner Planner, FakeTimeProvider Clock) NewIndex()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var config = new StaticConfig(PathFixture.DefaultConfig);
        var planner = new LanePlanner(config, new RouteTable(config, PriceCatalog.BuiltIn, clock), [new FakeVendor(clock)], new CheapHours(PriceCatalog.BuiltIn));
        return (new QueueIndex(planner, clock), planner, clock);
    }

    private static QueuedRequest Request(int number, DateTimeOffset now, int minutes, Lane? pinned = null) => new()
    {
        Id = new RequestId(new Guid(number, 0, 0, new byte[8])),
        State = RequestState.Queued,
        Priority = minutes % 2 == 0 ? Priority.Standard : Priority.Low,
        Group = s_groups[number % 2],
        AcceptedAt = now,
        Deadline = now + TimeSpan.FromMinutes(minutes),
        PinnedLane = pinned,
        BodyBytes = 10 + number,
        EstimatedInputTokens = 1 + number,
    };

    private enum Step
    {
        Add, Remove, Seal, Run, GiveBack, Postpone, Advance, Take,
    }

    /// <summary>What the index should know, in the dumbest way: a list.</summary>
    private sealed class Model
    {
        public List<Open> All { get; } = [];

        public sealed class Open
        {
            public required QueuedRequest Request { get; set; }

            public DateTimeOffset? DispatchAt { get; set; }

            public DateTimeOffset LatestStart { get; set; }

            public bool InPool { get; set; }
        }
    }

    [Fact]
    public void The_index_agrees_with_a_naive_list_after_any_sequence_of_steps() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 30], Gen.Int[1, 300]).Array[0, 120].Sample(Agrees, iter: 2000);

    private static void Agrees((Step Step, int Number, int Minutes)[] steps)
    {
        (QueueIndex index, LanePlanner planner, FakeTimeProvider clock) = NewIndex();
        var model = new Model();
        int batches = 0;
        foreach ((Step step, int number, int minutes) in steps)
        {
            DateTimeOffset now = clock.GetUtcNow();
            var id = new RequestId(new Guid(number, 0, 0, new byte[8]));
            Model.Open? open = model.All.Find(candidate => candidate.Request.Id == id);
            switch (step)
            {
                case Step.Add:
                    QueuedRequest request = Request(number, now, minutes);
                    index.Add(request);
                    if (open is null)
                    {
                        model.All.Add(Place(new Model.Open { Request = request }, planner, now));
                    }

                    break;
                case Step.Remove:
                    index.Remove(id);
                    model.All.RemoveAll(candidate => candidate.Request.Id == id);
                    break;
                case Step.Seal:
                    var batch = new BatchId(new Guid(++batches, 1, 0, new byte[8]));
                    Model.Open[] taken = [.. model.All.Where(candidate => candidate.InPool && candidate.Request.Group == s_groups[number % 2])];
                    Model.Open[] kept = [.. taken.Where((_, i) => (i + minutes) % 3 != 0)];
                    index.MarkSealed([.. taken.Select(member => member.Request.Id)], [.. kept.Select(member => member.Request.Id)], batch);
                    foreach (Model.Open member in taken)
                    {
                        member.InPool = false;
                        member.Request = kept.Contains(member)
                            ? member.Request with { State = RequestState.Sealed, Batch = batch, Attempts = member.Request.Attempts + 1, SealedAt = now }
                            : member.Request;
                    }

                    Assert.Equal(kept.Length, index.OpenMembers(batch));
                    break;
                case Step.Run when open is not null:
                    index.MarkRunning(id, open.Request.Attempts + 1);
                    open.Request = open.Request with { State = RequestState.Running, Attempts = open.Request.Attempts + 1 };
                    open.InPool = false;
                    break;
                case Step.GiveBack:
                    index.MarkQueued([id], TimeSpan.FromSeconds(minutes));
                    if (open is not null)
                    {
                        open.Request = open.Request with { State = RequestState.Queued, Batch = null, SealedAt = null };
                        Place(open, planner, now);
                        open.DispatchAt = open.DispatchAt < now + TimeSpan.FromSeconds(minutes) ? now + TimeSpan.FromSeconds(minutes) : open.DispatchAt;
                    }

                    break;
                case Step.Postpone:
                    index.Postpone(id, TimeSpan.FromSeconds(minutes));
                    if (open is not null)
                    {
                        open.DispatchAt = now + TimeSpan.FromSeconds(minutes);
                    }

                    break;
                case Step.Advance:
                    clock.Advance(TimeSpan.FromMinutes(minutes / 10.0));
                    break;
                case Step.Take:
                    IReadOnlyList<QueuedRequest> due = [.. index.TakeDueForDispatch(number, number).Select(pair => pair.Request)];
                    Model.Open[] expected = [.. model.All.Where(candidate => candidate.DispatchAt <= now).OrderBy(candidate => candidate.LatestStart)];
                    Assert.Equal(Math.Min(number, expected.Length), due.Count);
                    DateTimeOffset? latest = due.Count > 0 ? expected[due.Count - 1].LatestStart : null;
                    foreach (QueuedRequest given in due)
                    {
                        Model.Open candidate = model.All.Single(candidate => candidate.Request.Id == given.Id);
                        Assert.Equal(candidate.Request, given);
                        Assert.True(candidate.LatestStart <= latest);
                        candidate.DispatchAt = null;
                    }

                    break;
            }

            Check(index, model, planner, clock.GetUtcNow());
        }
    }

    private static void Check(QueueIndex index, Model model, LanePlanner planner, DateTimeOffset now)
    {
        Assert.Equal(model.All.Count, index.Count);

        // Of what is due it is enough to know that something is.
        DateTimeOffset? next = model.All.Min(open => open.DispatchAt), told = index.NextDue().Dispatch;
        Assert.True(next == told || (next <= now && told <= now), $"{told}, not {next}");
        var expected = model.All.Where(open => open.InPool).GroupBy(open => (open.Request.Group, open.Request.Priority)).ToDictionary(group => group.Key, group => group.ToList());
        int pools = index.ReadPools(all =>
        {
            int count = 0;
            foreach (Pool pool in all)
            {
                List<Model.Open> members = expected[(pool.Group, pool.Priority)];
                Assert.Equal(
                    members.OrderBy(open => open.Request.Deadline).ThenBy(open => open.Request.Id).Select(open => open.Request.Id), pool.Entries.Select(entry => entry.Id));
                Assert.Equal((members.Sum(open => (long)open.Request.BodyBytes), members.Sum(open => (long)open.Request.EstimatedInputTokens)), (pool.Bytes, pool.Tokens));
                Assert.Equal(members.Min(open => planner.Plan(open.Request, open.Request.AcceptedAt).SealAt), pool.FirstToSeal()!.SealAt);
                count++;
            }

            return count;
        });
        Assert.Equal(expected.Count, pools);
    }

    private static Model.Open Place(Model.Open open, LanePlanner planner, DateTimeOffset now)
    {
        LanePlan plan = planner.Plan(open.Request, now);
        open.DispatchAt = plan.DispatchAt;
        open.LatestStart = plan.DispatchAt > now ? plan.DispatchAt : open.Request.Deadline;
        open.InPool = plan.Lane == Lane.Batch;
        return open;
    }

    [Fact]
    public void What_waits_for_a_slot_in_one_lane_does_not_hold_up_the_other()
    {
        (QueueIndex index, LanePlanner _, FakeTimeProvider clock) = NewIndex();
        for (int i = 0; i < 4; i++)
        {
            index.Add(Request(i, clock.GetUtcNow(), 60, i < 2 ? Lane.Flex : Lane.RealTime));
        }

        Assert.Equal([Lane.RealTime, Lane.RealTime], index.TakeDueForDispatch(2, 0).Select(pair => pair.Lane));
        Assert.Null(index.NextDispatch(Lane.RealTime));
        Assert.Equal(clock.GetUtcNow(), index.NextDispatch(Lane.Flex));
        Assert.Equal([Lane.Flex], index.TakeDueForDispatch(2, 1).Select(pair => pair.Lane));
    }

    [Fact]
    public void A_refused_request_waits_for_flex_alone_and_remembers_the_refusal()
    {
        (QueueIndex index, LanePlanner _, FakeTimeProvider clock) = NewIndex();
        QueuedRequest request = Request(1, clock.GetUtcNow(), 60, Lane.Flex);
        index.Add(request);
        index.TakeDueForDispatch(0, 1);
        index.MarkRunning(request.Id, 1);
        index.MarkTried(request.Id, RequestState.Queued, TimeSpan.FromMinutes(5), refused: true);
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(5), index.NextDispatch(Lane.Flex));
        clock.Advance(TimeSpan.FromMinutes(5));
        QueuedRequest again = Assert.Single(index.TakeDueForDispatch(0, 1)).Request;
        Assert.Equal((1, request.AcceptedAt, 1), (again.FlexRefusals, again.LastRefusedAt, again.Attempts));
    }

    [Fact]
    public void Nodes_of_requests_that_ended_early_are_swept_and_do_not_wait_for_their_deadlines()
    {
        (QueueIndex index, LanePlanner _, FakeTimeProvider clock) = NewIndex();
        for (int i = 0; i < 20_000; i++)
        {
            QueuedRequest request = Request(i, clock.GetUtcNow(), 24 * 60);
            index.Add(request);
            index.Remove(request.Id);
        }

        Assert.InRange(index.DispatchNodes, 0, 2000);
    }

    [Fact]
    public void A_million_open_requests_fit()
    {
        (QueueIndex index, LanePlanner _, FakeTimeProvider clock) = NewIndex();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        DateTimeOffset now = clock.GetUtcNow();
        for (int i = 0; i < 1_000_000; i++)
        {
            index.Add(Request(i, now, 60 + (i % 1380)));
        }

        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(1_000_000, index.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"1,000,000 open requests take {bytes / 1_000_000} MB");
    }

    [Fact]
    public void Changed_is_raised_outside_of_the_lock()
    {
        (QueueIndex index, LanePlanner _, FakeTimeProvider clock) = NewIndex();
        int seen = 0;
        index.Changed += () => seen = Task.Run(() => index.Count).WaitAsync(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
        index.Add(Request(1, clock.GetUtcNow(), 60));
        Assert.Equal(1, seen);
    }
}
