using Leeway.Planning.Turnaround;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Planning.Turnaround;

/// <summary>A forecast on a clock that the test moves, and batches whose ends the test decides.</summary>
internal sealed class TurnaroundBench
{
    public const string Deployment = "openai/gpt-4o";

    private readonly PriorityQueue<BatchRecord, DateTimeOffset> _ends = new();
    private readonly IdSource _ids;

    public TurnaroundBench(LeewayConfig? config = null, int seed = 1, FakeTimeProvider? clock = null)
    {
        Random = new SeededRandomSource(seed);
        Clock = clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        Config = new MutableConfig(config ?? new LeewayConfig());
        Forecast = new TurnaroundForecast(Config, Clock, Random);
        _ids = new IdSource(Clock, Random);
    }

    public FakeTimeProvider Clock { get; }

    public MutableConfig Config { get; }

    public SeededRandomSource Random { get; }

    public TurnaroundForecast Forecast { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public string Regime => Forecast.RegimeOf(Deployment, Now);

    public SurvivalCurve Curve(int requests = 500, string deployment = Deployment) => Forecast.CurveFor(deployment, requests, Now);

    public BatchRecord Submit(int requests = 500, string deployment = Deployment, double deadlineHours = 24)
    {
        var batch = new BatchRecord
        {
            Id = new BatchId(_ids.Next()),
            State = BatchState.Submitted,
            Group = new GroupKey(deployment, "/v1/chat/completions", "gpt-4o"),
            Priority = Priority.Low,
            SealReason = "age",
            SealedAt = Now,
            SubmittedAt = Now,
            EarliestDeadline = Now.AddHours(deadlineHours),
            Requests = requests,
            Bytes = 1,
            EstimatedInputTokens = requests,
        };
        Forecast.Submitted(batch);
        return batch;
    }

    /// <summary>One batch after the other, each as long as <paramref name="lasts"/> says.</summary>
    public void Run(int batches, Func<TimeSpan> lasts, int requests = 500, string deployment = Deployment)
    {
        for (int i = 0; i < batches; i++)
        {
            BatchRecord batch = Submit(requests, deployment);
            Clock.Advance(lasts());
            Forecast.Ended(batch, completed: true);
        }
    }

    /// <summary>Batches submitted every <paramref name="every"/> that overlap, looked at every minute until the last is submitted; those still open go on.</summary>
    /// <returns>How often the regime was another than healthy when looked at.</returns>
    public int RunOverlapping(int batches, TimeSpan every, Func<TimeSpan> lasts)
    {
        DateTimeOffset next = Now;
        int submitted = 0, disturbed = 0;
        while (submitted < batches)
        {
            while (submitted < batches && next <= Now)
            {
                BatchRecord batch = Submit();
                _ends.Enqueue(batch, Now + lasts());
                next += every;
                submitted++;
            }

            while (_ends.TryPeek(out BatchRecord? batch, out DateTimeOffset end) && end <= Now)
            {
                _ends.Dequeue();
                Forecast.Ended(batch, completed: true);
            }

            disturbed += Regime == "healthy" ? 0 : 1;
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        return disturbed;
    }
}
