using System.IO.Pipelines;
using System.Text;
using Leeway.Economics;
using Leeway.Ledger;
using Leeway.Nodes;
using Leeway.RealTime;
using Leeway.Routing;
using Leeway.Telemetry;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.RealTime;

public sealed class RealTimeDispatcherTests : IDisposable
{
    private const string Chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\n";
    private const string Finish = "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n";
    private const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":7}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeVendor _vendor;
    private readonly Appended _appended = new();
    private readonly LeewayInstruments _instruments = new();
    private readonly ColdStarts _coldStarts;
    private readonly RealTimeDispatcher _dispatcher;
    private readonly Sink _sink = new();

    public RealTimeDispatcherTests()
    {
        _vendor = new FakeVendor(_clock);
        _coldStarts = new ColdStarts(_clock, _instruments);
        _dispatcher = new RealTimeDispatcher(
            [_vendor], new CostLedger(PriceCatalog.BuiltIn, _clock), _appended, _clock, new SeededRandomSource(1), _instruments, _coldStarts, new NodeStanding(_clock), NullLogger<RealTimeDispatcher>.Instance);
    }

    public void Dispose() => _instruments.Dispose();

    private static Deployment Deployment(string model = "gpt-4o", int retries = 2) => new()
    {
        Id = $"openai/{model}",
        Provider = "openai",
        Kind = "openai",
        Model = model,
        BaseUrl = new Uri("http://127.0.0.1:1/v1"),
        MaxRetries = retries,
    };

    private Task<RealTimeOutcome> DispatchAsync(CancellationToken cancellationToken = default, params Deployment[] deployments)
    {
        var route = new Route("gpt-4o", deployments.Length > 0 ? deployments : [Deployment()]);
        var call = new ProviderCall("/v1/chat/completions", Encoding.UTF8.GetBytes("""{"model":"gpt-4o","messages":[{"role":"user","content":"hi there"}]}"""), null);
        return _dispatcher.DispatchAsync(new RealTimeRequest(default, 1, call.Endpoint, route, call, Priority.Urgent, "key"), _sink, cancellationToken);
    }

    /// <summary>Runs while the clock advances, so that delays and timeouts pass.</summary>
    private async Task<RealTimeOutcome> DispatchMovingAsync(TimeSpan step, params Deployment[] deployments)
    {
        Task<RealTimeOutcome> task = DispatchAsync(default, deployments);
        for (int i = 0; i < 10_000 && !task.IsCompleted; i++)
        {
            await Task.Yield();
            _clock.Advance(step);
        }

        return await task;
    }

    private void Streams(Stream body, bool usageIsOurs = false) => _vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Body(body, usageIsOurs: usageIsOurs)));

    private void Streams(string body, bool usageIsOurs = false) => Streams(new MemoryStream(Encoding.UTF8.GetBytes(body)), usageIsOurs);

    private void Refuses(ProviderErrorKind kind, TimeSpan? retryAfter = null, int status = 429) =>
        _vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(kind, retryAfter, status)));

    [Fact]
    public async Task A_stream_is_relayed_and_priced_by_its_usage_and_ours_is_left_out()
    {
        Streams(Chunk + Finish + Usage + Done, usageIsOurs: true);
        RealTimeOutcome outcome = await DispatchAsync();
        Assert.Null(outcome.Error);
        Assert.Equal((Chunk + Finish + Done, 30L, false), (_sink.Text, outcome.Entry!.Usage.Input, outcome.Entry.Estimated));
    }

    [Fact]
    public async Task A_stream_ends_at_its_end_marker_even_when_the_provider_leaves_it_open()
    {
        Streams(new ScriptedStream(Chunk + Finish + Usage + Done, end: null));
        RealTimeOutcome outcome = await DispatchAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(outcome.Error);
        Assert.Equal(7, outcome.Entry!.Usage.Output);
    }

    [Fact]
    public async Task A_stream_that_finished_without_the_end_marker_is_whole()
    {
        Streams(Chunk + Finish);
        RealTimeOutcome outcome = await DispatchAsync();
        Assert.Null(outcome.Error);
        Assert.True(outcome.Entry!.Estimated);
    }

    [Theory]
    [InlineData(Chunk, false, ProviderErrorKind.StreamCut)]
    [InlineData(Chunk + "data: {\"half", false, ProviderErrorKind.StreamCut)]
    [InlineData(Chunk, true, ProviderErrorKind.StreamCut)]
    [InlineData(Chunk + "data: what?\n\n", false, ProviderErrorKind.MalformedAnswer)]
    [InlineData(Chunk + "data: {\"error\":{\"message\":\"boom\"}}\n\n", false, ProviderErrorKind.StreamError)]
    public async Task A_stream_that_breaks_is_told_to_the_sink_and_entered_as_an_estimate(string body, bool reset, ProviderErrorKind kind)
    {
        Streams(new ScriptedStream(body, reset ? new IOException("reset") : ScriptedStream.End));
        RealTimeOutcome outcome = await DispatchAsync();
        Assert.Equal((kind, kind, true), (outcome.Error!.Kind, _sink.Broken!.Kind, outcome.Started));
        Assert.Equal(Chunk, _sink.Text);
        Assert.True(outcome.Entry!.Estimated);
        Assert.True(outcome.Entry.Usage.Input > 0 && outcome.Entry.Usage.Output > 0 && outcome.Entry.Cost > 0);
    }

    [Fact]
    public async Task A_stalled_stream_ends_with_the_idle_timeout()
    {
        Streams(new ScriptedStream(Chunk, end: null));
        RealTimeOutcome outcome = await DispatchMovingAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((ProviderErrorKind.IdleTimeout, ProviderErrorKind.IdleTimeout, true), (outcome.Error!.Kind, _sink.Broken!.Kind, outcome.Entry!.Estimated));
    }

    [Fact]
    public async Task A_provider_that_says_nothing_ends_with_the_first_byte_timeout_at_its_time()
    {
        DateTimeOffset begun = _clock.GetUtcNow();
        DateTimeOffset? left = null;
        _vendor.Answers.Enqueue(async (_, token) =>
        {
            // Runs within the clock's own step, so it sees the very instant.
            token.Register(() => left = _clock.GetUtcNow());
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException();
        });
        RealTimeOutcome outcome = await DispatchMovingAsync(TimeSpan.FromSeconds(1), Deployment(retries: 5));
        Assert.Equal((ProviderErrorKind.FirstByteTimeout, false), (outcome.Error!.Kind, outcome.Started));
        Assert.Equal(TimeSpan.FromMinutes(2), left - begun);
        Assert.Single(_vendor.Calls);
    }

    [Fact]
    public async Task A_server_that_may_be_asleep_is_given_time_to_start_and_the_start_is_measured()
    {
        _vendor.Capabilities = _vendor.Capabilities with { ScalesToZero = true };
        DateTimeOffset begun = _clock.GetUtcNow();
        DateTimeOffset? left = null;
        _vendor.Answers.Enqueue(async (_, token) =>
        {
            token.Register(() => left = _clock.GetUtcNow());
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException();
        });

        RealTimeOutcome outcome = await DispatchMovingAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(ProviderErrorKind.FirstByteTimeout, outcome.Error!.Kind);
        Assert.Contains("180 s", outcome.Error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(3), left - begun);
        Assert.Empty(_coldStarts.Views);

        _vendor.Answers.Enqueue(async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(150), _clock, token);
            return FakeVendor.Body(new MemoryStream(Encoding.UTF8.GetBytes(Chunk + Finish + Usage + Done)));
        });
        outcome = await DispatchMovingAsync(TimeSpan.FromSeconds(1));

        Assert.Null(outcome.Error);
        ColdStartView view = Assert.Single(_coldStarts.Views);
        Assert.Equal((1L, 0L, 150.0), (view.AfterIdle, view.Awake, view.ColdFirstByte!.Value.TotalSeconds));
    }

    [Fact]
    public async Task A_stream_that_never_stalls_ends_with_the_total_timeout()
    {
        Streams(new TricklingStream(_clock, TimeSpan.FromSeconds(30), Chunk));
        RealTimeOutcome outcome = await DispatchMovingAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((ProviderErrorKind.TotalTimeout, ProviderErrorKind.TotalTimeout), (outcome.Error!.Kind, _sink.Broken!.Kind));
    }

    [Fact]
    public async Task Retries_wait_as_long_as_the_provider_asks()
    {
        Refuses(ProviderErrorKind.RateLimited, TimeSpan.FromSeconds(7));
        RealTimeOutcome outcome = await DispatchMovingAsync(TimeSpan.FromMilliseconds(500));
        Assert.Null(outcome.Error);
        Assert.InRange((_vendor.Calls[1].At - _vendor.Calls[0].At).TotalSeconds, 7, 7.5);
    }

    [Fact]
    public async Task A_provider_that_asks_for_too_long_a_wait_is_left_for_the_next_candidate()
    {
        Refuses(ProviderErrorKind.RateLimited, TimeSpan.FromMinutes(5));
        RealTimeOutcome outcome = await DispatchAsync(default, Deployment(), Deployment("gpt-4o-mini"));
        Assert.Equal("openai/gpt-4o-mini", outcome.Entry!.Deployment);
    }

    [Fact]
    public async Task An_account_without_quota_is_never_asked_again_and_fallbacks_are_tried_in_order()
    {
        Refuses(ProviderErrorKind.QuotaExhausted);
        Refuses(ProviderErrorKind.QuotaExhausted);
        RealTimeOutcome outcome = await DispatchAsync(default, Deployment(), Deployment("gpt-4o-mini"), Deployment("gpt-5"));
        Assert.Null(outcome.Error);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini", "openai/gpt-5"], _vendor.Calls.Select(call => call.Deployment));
    }

    [Fact]
    public async Task A_refusal_of_the_request_itself_never_falls_back()
    {
        Refuses(ProviderErrorKind.InvalidRequest, status: 400);
        RealTimeOutcome outcome = await DispatchAsync(default, Deployment(), Deployment("gpt-4o-mini"));
        Assert.Equal((ProviderErrorKind.InvalidRequest, 1), (outcome.Error!.Kind, _vendor.Calls.Count));
    }

    [Fact]
    public async Task An_answer_that_may_have_been_charged_is_not_repeated_there_but_kept_in_the_ledger_when_another_candidate_answers()
    {
        _vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Json("not json")));
        RealTimeOutcome outcome = await DispatchAsync(default, Deployment(), Deployment("gpt-4o-mini"));
        Assert.Null(outcome.Error);
        LedgerEntry wasted = Assert.Single(_appended.Entries);
        Assert.Equal(("openai/gpt-4o", true, true), (wasted.Deployment, wasted.Duplicate, wasted.Estimated));
        Assert.NotEqual(wasted.Attempt, outcome.Entry!.Attempt);
        Assert.Equal(2, _vendor.Calls.Count);
    }

    [Fact]
    public async Task A_caller_who_leaves_aborts_the_providers_call()
    {
        using var caller = new CancellationTokenSource();
        var arrived = new TaskCompletionSource();
        bool aborted = false;
        _vendor.Answers.Enqueue(async (_, token) =>
        {
            using CancellationTokenRegistration registration = token.Register(() => aborted = true);
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException();
        });
        Task<RealTimeOutcome> task = DispatchAsync(caller.Token, Deployment(), Deployment("gpt-4o-mini"));
        await arrived.Task;
        await caller.CancelAsync();
        Assert.Equal(ProviderErrorKind.CallerLeft, (await task).Error!.Kind);
        Assert.True(aborted);
        Assert.Single(_vendor.Calls);
    }

    [Fact]
    public async Task A_caller_whose_connection_is_gone_is_no_success_and_still_pays()
    {
        _sink.Reader.Complete();
        Streams(new ScriptedStream(Chunk + Chunk, ScriptedStream.End));
        RealTimeOutcome outcome = await DispatchAsync();
        Assert.Equal(ProviderErrorKind.CallerLeft, outcome.Error!.Kind);
        Assert.True(outcome.Entry!.Estimated);
    }

    [Fact]
    public async Task A_huge_event_passes_whole()
    {
        string huge = $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{new string('x', 3_000_000)}\"}}}}]}}\n\n";
        Streams(huge + Finish + Done);
        RealTimeOutcome outcome = await DispatchAsync();
        Assert.Null(outcome.Error);
        Assert.Equal(huge + Finish + Done, _sink.Text);
    }

    [Fact]
    public async Task An_event_beyond_all_measure_is_refused()
    {
        Streams("data: {" + new string('x', 20_000_000));
        Assert.Equal(ProviderErrorKind.MalformedAnswer, (await DispatchAsync()).Error!.Kind);
    }

    [Fact]
    public async Task A_limit_of_tokens_alone_leaves_no_debt_of_requests_for_a_limit_set_later()
    {
        Deployment tokensOnly = Deployment(retries: 0) with { TokensPerMinute = 1_000_000 };
        for (int i = 0; i < 100; i++)
        {
            Assert.Null((await DispatchAsync(default, tokensOnly)).Error);
        }

        Assert.Null((await DispatchAsync(default, tokensOnly with { RequestsPerMinute = 60 })).Error);
    }

    private sealed class Appended : ILedgerStore
    {
        public List<LedgerEntry> Entries { get; } = [];

        public void Append(LedgerEntry entry) => Entries.Add(entry);

        public Task AddAsync(LedgerEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<LedgerEntry>> ListAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<CostRow>> SumAsync(CostDimension by, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Sink : IAnswerSink
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

        public ProviderError? Broken { get; private set; }

        public AnswerHead? Head { get; private set; }

        public PipeReader Reader => _pipe.Reader;

        public PipeWriter Output => _pipe.Writer;

        public string Text => _pipe.Reader.TryRead(out ReadResult read) ? Encoding.UTF8.GetString(read.Buffer) : "";

        public void Start(AnswerHead head) => Head = head;

        public async ValueTask EndAsync(CancellationToken cancellationToken) => await Output.FlushAsync(cancellationToken);

        public ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken)
        {
            Broken = error;
            return ValueTask.CompletedTask;
        }
    }
}
