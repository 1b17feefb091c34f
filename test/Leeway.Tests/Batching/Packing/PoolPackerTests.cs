using Leeway.Batching;
using Leeway.Batching.Packing;
using Leeway.Queue;

namespace Leeway.Tests.Batching.Packing;

public sealed class PoolPackerTests
{
    private static readonly GroupKey s_group = new("openai/gpt-4o-mini", PathFixture.Chat, "gpt-4o-mini");
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<RequestId, IndexEntry> _entries = [];
    private readonly Pool _pool = new(new PoolKey(s_group, Priority.Standard));
    private readonly PoolPacker _packer = new();
    private int _number;

    [Fact]
    public void A_pool_that_fits_goes_whole()
    {
        Add("a", 100, 1);
        Add("b", 100, 2);
        Assert.Equal(2, Take(Limits(requests: 2, tokens: 200)).Count);
    }

    [Fact]
    public void Where_not_all_fit_the_nearest_deadlines_of_a_team_go_first()
    {
        Add("a", 100, hours: 9);
        Add("a", 100, hours: 2);
        Add("a", 100, hours: 5);
        Assert.Equal([2, 5], Take(Limits(requests: 2)).Select(HoursOf));
        Assert.Equal([9], Take(Limits(requests: 2)).Select(HoursOf));
    }

    [Fact]
    public void A_smaller_request_takes_the_room_in_which_the_next_one_does_not_fit()
    {
        Add("a", 600, hours: 1);
        Add("a", 600, hours: 2);
        Add("a", 400, hours: 3);
        Assert.Equal([1, 3], Take(Limits(tokens: 1000)).Select(HoursOf));
        Assert.Equal([2], Take(Limits(tokens: 1000)).Select(HoursOf));
    }

    [Fact]
    public void Random_requests_fill_at_least_97_percent_of_the_token_limit()
    {
        var random = new Random(5);
        for (int i = 0; i < 5000; i++)
        {
            Add($"team-{i % 7}", random.Next(50, 4000), random.Next(1, 24));
        }

        SealLimits limits = Limits(tokens: 200_000);
        while (_pool.Tokens > 200_000)
        {
            Assert.InRange(Take(limits).Sum(request => request.EstimatedInputTokens), 194_000, 200_000);
        }
    }

    [Fact]
    public void No_batch_exceeds_a_limit_unless_one_request_does_alone()
    {
        var random = new Random(3);
        for (int i = 0; i < 400; i++)
        {
            Add($"team-{i % 3}", random.Next(1, 1500), random.Next(1, 24));
        }

        SealLimits limits = Limits(requests: 9, tokens: 1000);
        int taken = 0;
        while (_pool.Count > 0)
        {
            List<QueuedRequest> batch = Take(limits);
            taken += batch.Count;
            Assert.True(batch.Count == 1 || (batch.Count <= 9 && batch.Sum(request => request.EstimatedInputTokens) <= 1000));
        }

        Assert.Equal(400, taken);
    }

    [Fact]
    public void A_team_with_few_requests_does_not_wait_behind_one_with_many()
    {
        for (int i = 0; i < 1000; i++)
        {
            Add("many", 100, hours: 1);
        }

        for (int i = 0; i < 10; i++)
        {
            Add("few", 100, hours: 20);
        }

        Assert.Equal(10, Take(Limits(requests: 50)).Count(request => request.Team == "few"));
    }

    [Fact]
    public void Teams_that_both_wait_are_given_the_same_tokens_within_twice_the_dearest_request()
    {
        const int dearest = 5000;
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            Add("large", random.Next(3000, dearest + 1), random.Next(1, 24));
            Add("small", random.Next(10, 200), random.Next(1, 24));
            Add("mixed", random.Next(10, dearest + 1), random.Next(1, 24));
        }

        var given = new Dictionary<string, long> { ["large"] = 0, ["small"] = 0, ["mixed"] = 0 };
        for (int i = 0; i < 20; i++)
        {
            foreach (QueuedRequest request in Take(Limits(tokens: 40_000)))
            {
                given[request.Team] += request.EstimatedInputTokens;
            }

            Assert.Equal(3, _pool.Teams.Count);
            Assert.InRange(given.Values.Max() - given.Values.Min(), 0, 2 * dearest);
        }

        // Jain's index: (Σx)² / (n·Σx²).
        double jain = Math.Pow(given.Values.Sum(), 2) / (given.Count * given.Values.Sum(value => Math.Pow(value, 2)));
        Assert.InRange(jain, 0.99, 1);
    }

    [Fact]
    public void A_team_that_was_away_has_saved_nothing_up()
    {
        for (int i = 0; i < 400; i++)
        {
            Add("stays", 100, hours: 10);
            Add("also", 100, hours: 10);
        }

        for (int i = 0; i < 10; i++)
        {
            Take(Limits(requests: 20));
        }

        for (int i = 0; i < 400; i++)
        {
            Add("back", 100, hours: 10);
        }

        var counts = Take(Limits(requests: 60)).CountBy(request => request.Team).ToDictionary();
        Assert.InRange(counts["back"], 19, 21);
        Assert.InRange(counts["stays"], 19, 21);
    }

    [Fact]
    public void Under_the_enqueued_token_limit_the_room_goes_to_what_is_worth_most_per_token()
    {
        var random = new Random(11);
        var worth = new Dictionary<RequestId, double>();
        for (int i = 0; i < 500; i++)
        {
            worth[Add("a", random.Next(10, 100), random.Next(1, 24)).Id] = random.NextDouble();
        }

        double Value(IEnumerable<QueuedRequest> requests) => requests.Sum(request => request.EstimatedInputTokens * worth[request.Id]);
        double best = 0;
        long room = 5000;
        foreach (IndexEntry entry in _pool.Entries.OrderByDescending(entry => worth[entry.Id]))
        {
            double share = Math.Min(1, (double)room / entry.Request.EstimatedInputTokens);
            best += share * worth[entry.Id] * entry.Request.EstimatedInputTokens;
            room -= (long)(share * entry.Request.EstimatedInputTokens);
        }

        double byDeadline = Value(new PoolPacker().Take(_pool, Limits(tokens: 5000), null));
        double ours = Value(_packer.Take(_pool, Limits(tokens: 5000), request => worth[request.Id]));
        Assert.InRange(ours, 0.98 * best, best);
        Assert.True(byDeadline < 0.8 * best);
    }

    [Fact]
    public void Among_what_is_worth_about_the_same_the_deadline_decides()
    {
        QueuedRequest late = Add("a", 100, hours: 9);
        Add("a", 100, hours: 1);
        Add("a", 100, hours: 3);
        Assert.Equal([1, 3], _packer.Take(_pool, Limits(tokens: 200), request => request == late ? 0.5001 : 0.5).Select(HoursOf));
        Assert.Equal([9, 1], _packer.Take(_pool, Limits(tokens: 200), request => request == late ? 0.6 : 0.5).Select(HoursOf));
        Assert.Equal([1, 3], _packer.Take(_pool, Limits(tokens: 200), request => request == late ? 0 : 0.5).Select(HoursOf));
    }

    private static SealLimits Limits(int requests = 50_000, long tokens = long.MaxValue) =>
        new(requests, long.MaxValue, tokens, 1, requests, 200_000_000, tokens);

    private static int HoursOf(QueuedRequest request) => (int)(request.Deadline - s_now).TotalHours;

    private List<QueuedRequest> Take(SealLimits limits)
    {
        List<QueuedRequest> batch = _packer.Take(_pool, limits, null);
        foreach (QueuedRequest request in batch)
        {
            _pool.Remove(_entries[request.Id]);
        }

        return batch;
    }

    private QueuedRequest Add(string team, int tokens, int hours)
    {
        var request = new QueuedRequest
        {
            Id = new RequestId(new Guid(_number++, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])),
            State = RequestState.Queued,
            Priority = Priority.Standard,
            Group = s_group,
            AcceptedAt = s_now,
            Deadline = s_now.AddHours(hours),
            EstimatedInputTokens = tokens,
            BodyBytes = tokens * 4,
            Team = team,
        };
        var entry = new IndexEntry(request);
        _entries.Add(request.Id, entry);
        _pool.Add(entry);
        return request;
    }
}
