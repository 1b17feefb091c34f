using Leeway.Chaos.Checking;
using Leeway.Chaos.Load;
using Leeway.Chaos.Processes;
using Leeway.Chaos.Troubles;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Chaos;

/// <summary>The checker of the fault harness finds what it is there to find.</summary>
public sealed class CheckerTests : IDisposable
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    private readonly ClientLog _log = new();
    private readonly Evidence _evidence = new([]);
    private readonly TroubleLog _troubles = new();
    private readonly List<SandboxBill> _bills = [];
    private readonly List<ReceivedWebhook> _calls = [];

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public async Task What_went_well_breaks_nothing()
    {
        Sent sent = Accept("req_1", webhook: true);
        Answer(sent, "req_1", "succeeded");
        Bill(sent, 3);
        Enter("req_1", 1, 3);
        Tell("req_1", "whm_1");
        Findings findings = await CheckAsync();
        Assert.Empty(findings.Violations);
        Assert.Empty(findings.Explained);
    }

    [Fact]
    public async Task An_accepted_request_that_is_gone_is_lost()
    {
        Accept("req_1");
        Assert.Equal([Promises.Lost], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task An_accepted_request_that_is_open_is_lost()
    {
        Answer(Accept("req_1"), "req_1", "queued");
        Assert.Equal([Promises.Lost], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task One_key_under_two_ids_is_doubled()
    {
        Sent sent = Accept("req_1");
        sent.Accepted("req_2");
        Answer(sent, "req_1", "succeeded");
        Answer(sent, "req_2", "succeeded");
        Assert.Equal([Promises.Doubled], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task A_request_that_only_its_answer_tells_of_is_doubled_too()
    {
        Sent sent = Accept("req_1");
        Answer(sent, "req_1", "succeeded");
        Answer(sent, "req_9", "succeeded");
        Assert.Equal([Promises.Doubled], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task An_end_that_was_seen_and_is_another_now_is_doubled()
    {
        Sent sent = Accept("req_1");
        sent.Answered($"an earlier answer digest:{sent.Digest}", "polled");
        Answer(sent, "req_1", "succeeded");
        Assert.Equal([Promises.Doubled], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task Two_answers_are_doubled_unless_the_ledger_names_the_second()
    {
        Sent sent = Accept("req_1");
        Answer(sent, "req_1", "succeeded", new SeenAttempt(1, "batch", "batch_1", "succeeded"), new SeenAttempt(2, "realtime", null, "succeeded"));
        Bill(sent, 3);
        Bill(sent, 6);
        Enter("req_1", 2, 6);
        Assert.Equal([Promises.Doubled, Promises.PaidTwice], Broken(await CheckAsync()).Order());

        Enter("req_1", 1, 3, duplicate: true);
        Assert.Empty((await CheckAsync()).Violations);
    }

    [Fact]
    public async Task The_answer_to_another_prompt_is_wrong()
    {
        Sent sent = Accept("req_1"), other = Accept("req_2");
        Answer(other, "req_1", "succeeded");
        Answer(other, "req_2", "succeeded");
        Assert.NotEqual(sent.Digest, other.Digest);
        Assert.Equal([Promises.WrongAnswer], Broken(await CheckAsync()));
    }

    [Theory, InlineData("interrupted", true), InlineData("FirstByteTimeout", true), InlineData("ConnectFailed", false), InlineData("RateLimited", false)]
    public async Task A_bill_without_entry_is_explained_by_an_attempt_whose_answer_never_came(string outcome, bool explains)
    {
        Sent sent = Accept("req_1");
        Answer(sent, "req_1", "succeeded", new SeenAttempt(1, "realtime", null, outcome), new SeenAttempt(2, "realtime", null, "succeeded"));
        Bill(sent, 3);
        Bill(sent, 3);
        Enter("req_1", 2, 3);
        Findings findings = await CheckAsync();
        Assert.Equal(explains ? [] : [Promises.PaidTwice], Broken(findings));
        Assert.Equal(explains ? 1 : 0, findings.Explained.Count);
    }

    [Fact]
    public async Task An_entry_that_was_never_billed_breaks_the_account()
    {
        Sent sent = Accept("req_1");
        Answer(sent, "req_1", "succeeded");
        Enter("req_1", 1, 3);
        Assert.Equal([Promises.Bill], Broken(await CheckAsync()));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_real_time_entry_may_die_with_its_node_and_not_otherwise(bool killed)
    {
        (Sent sent, _) = _log.Make(SentKind.RealTime, 1);
        (sent.Complete, sent.Node, sent.DoneAt) = (true, 1, s_now);
        sent.Accepted("req_1");
        sent.Answered("whole", "real time");
        Bill(sent, 3);
        _troubles.Events.Enqueue(new Happened(new Trouble(default, TroubleKind.Kill, killed ? 1 : 2, default, default), s_now.AddMilliseconds(20)));
        Assert.Equal(killed ? [] : [Promises.Bill], Broken(await CheckAsync()));
    }

    [Theory, InlineData(0, true), InlineData(20, false)]
    public async Task A_real_time_entry_may_wait_for_the_database_through_one_trouble_after_another(int gap, bool explained)
    {
        (Sent sent, _) = _log.Make(SentKind.RealTime, 1);
        (sent.Complete, sent.Node, sent.DoneAt) = (true, 1, s_now);
        sent.Accepted("req_1");
        sent.Answered("whole", "real time");
        Bill(sent, 3);
        Happen(TroubleKind.DatabaseDropped, node: 1, from: -5, until: 20);
        Happen(TroubleKind.DatabaseDropped, node: 2, from: -5, until: 60);
        Happen(TroubleKind.DatabaseCrash, node: 0, from: 15 + gap, until: 30 + gap);
        Happen(TroubleKind.Kill, node: 1, from: 32 + gap, until: 40 + gap);
        Assert.Equal(explained ? [] : [Promises.Bill], Broken(await CheckAsync()));
    }

    [Fact]
    public async Task An_end_that_nobody_took_or_that_was_told_under_two_ids_breaks_the_promise_of_webhooks()
    {
        foreach (string id in (string[])["req_1", "req_2"])
        {
            Sent sent = Accept(id, webhook: true);
            Answer(sent, id, "succeeded");
            Bill(sent, 3);
            Enter(id, 1, 3);
        }

        Tell("req_1", "whm_1", taken: false);
        Tell("req_2", "whm_2");
        Tell("req_2", "whm_3");
        Assert.Equal([Promises.Webhooks, Promises.Webhooks], Broken(await CheckAsync()));
    }

    [Theory, InlineData("expired", true), InlineData("cancelled", true), InlineData("failed", false)]
    public async Task An_end_gives_way_to_a_paid_result_when_it_is_a_soft_one(string told, bool soft)
    {
        Sent sent = Accept("req_1", webhook: true);
        Answer(sent, "req_1", "succeeded");
        Bill(sent, 3);
        Enter("req_1", 1, 3);
        Tell("req_1", "whm_1", name: $"request.{told}");
        Tell("req_1", "whm_2");
        Assert.Equal(soft ? [] : [Promises.Doubled], Broken(await CheckAsync()));
    }

    private static string[] Broken(Findings findings) => [.. findings.Violations.Select(one => one.Promise).Order()];

    private Sent Accept(string id, bool webhook = false)
    {
        (Sent sent, _) = _log.Make(SentKind.Async, 1, webhook);
        sent.Accepted(id);
        return sent;
    }

    private void Answer(Sent sent, string id, string state, params SeenAttempt[] attempts)
    {
        bool good = state == "succeeded";
        _evidence.Requests[id] = new Seen(id, null, null, state, s_now, good ? s_now : null, good, false, attempts.Length > 0 ? attempts : [new SeenAttempt(1, "batch", "batch_1", good ? state : null)])
        {
            Digest = good ? sent.Digest : null,
            Answer = good ? $"digest:{sent.Digest} and words" : null,
        };
    }

    private void Happen(TroubleKind kind, int node, int from, int until) =>
        _troubles.Events.Enqueue(new Happened(new Trouble(default, kind, node, default, default), s_now.AddSeconds(from)) { Until = s_now.AddSeconds(until) });

    private void Bill(Sent sent, decimal cost) => _bills.Add(new SandboxBill(s_now, sent.Digest, null, cost));

    private void Enter(string id, int attempt, decimal cost, bool duplicate = false) => _evidence.Entries.Add(new SeenEntry(id, attempt, s_now, "batch", cost, duplicate, false));

    private void Tell(string request, string id, bool taken = true, string name = "request.succeeded") =>
        _calls.Add(new ReceivedWebhook(s_now, id, name, request, Signed: true, taken));

    private async Task<Findings> CheckAsync()
    {
        var findings = new Findings();
        var ends = new EndCheck(_log, _evidence, findings);
        await ends.RunAsync();
        new MoneyCheck(_log, _evidence, _bills, _troubles, findings).Run(ends.Found);
        new WebhookCheck(_log, _evidence, _calls, findings).Run();
        return findings;
    }
}
