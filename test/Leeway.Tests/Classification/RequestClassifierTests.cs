using Leeway.Classification;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Classification;

public sealed class RequestClassifierTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every signal at once, in order of rank; each row silences one more from the top.</summary>
    private static readonly (string Source, Priority Priority, Func<RequestSignals, RequestSignals> Silence)[] s_ranks =
    [
        ("Leeway-Deadline", Priority.Standard, s => s with { DeadlineHeader = null }),
        ("Offpeak-Deadline", Priority.Standard, s => s with { OffpeakDeadlineHeader = null }),
        ("Leeway-Priority", Priority.Standard, s => s with { PriorityHeader = null }),
        ("path", Priority.Low, s => s with { PathValue = null }),
        ("model suffix", Priority.Urgent, s => s with { ModelSuffix = null }),
        ("metadata.leeway_deadline", Priority.Low, s => s with { MetadataDeadline = null }),
        ("metadata.leeway_priority", Priority.Low, s => s with { MetadataPriority = null }),
        ("service_tier", Priority.Urgent, s => s with { ServiceTier = null }),
        ("background", Priority.Standard, s => s with { Background = false }),
        ("completion_window", Priority.Low, s => s with { CompletionWindow = null }),
        ("key default", Priority.Standard, s => s with { KeyDefault = null }),
        ("classify[1]", Priority.Low, s => s),
    ];

    private static readonly RequestSignals s_everything = new()
    {
        DeadlineHeader = "6h",
        OffpeakDeadlineHeader = "6h",
        PriorityHeader = "standard",
        PathValue = "low",
        ModelSuffix = "now",
        MetadataDeadline = "30h",
        MetadataPriority = "low",
        ServiceTier = "priority",
        Background = true,
        CompletionWindow = "24h",
        KeyDefault = "2h",
    };

    private static readonly LeewayConfig s_config = new()
    {
        Deadlines = new DeadlinesConfig { Default = TimeSpan.FromHours(3) },
        Classify =
        [
            new ClassifyRule { When = new ClassifyCondition { Path = "/v1/embeddings" }, Priority = "standard" },
            new ClassifyRule { When = new ClassifyCondition { Model = "gpt-*" }, Priority = "low" },
        ],
    };

    public static TheoryData<int> Ranks => [.. Enumerable.Range(0, s_ranks.Length)];

    [Theory]
    [MemberData(nameof(Ranks))]
    public void The_first_signal_in_rank_decides(int rank)
    {
        RequestSignals signals = s_ranks.Take(rank).Aggregate(s_everything, (s, silenced) => silenced.Silence(s));
        Classified classified = Accept(signals, s_config);
        Assert.Equal(s_ranks[rank].Source, classified.Source);
        Assert.Equal(s_ranks[rank].Priority, classified.Priority);
    }

    [Fact]
    public void Without_signal_or_rule_the_default_deadline_decides_and_without_it_the_request_is_urgent()
    {
        Classified byDefault = Accept(default, s_config with { Classify = [] });
        Assert.Equal(("deadlines.default", Priority.Standard, s_now.AddHours(3)), (byDefault.Source, byDefault.Priority, byDefault.Deadline));
        Classified urgent = Accept(default, new LeewayConfig());
        Assert.Equal(("default", Priority.Urgent, s_now), (urgent.Source, urgent.Priority, urgent.Deadline));
        Assert.True(urgent.IsImmediate);
    }

    [Theory]
    [InlineData("now", Priority.Urgent)]
    [InlineData("1s", Priority.Standard)]
    [InlineData("10m", Priority.Standard)]
    [InlineData("1h", Priority.Standard)]
    [InlineData("23h59m", Priority.Standard)]
    [InlineData("24h", Priority.Low)]
    [InlineData("7d", Priority.Low)]
    [InlineData("2026-11-24T12:00:00.5Z", Priority.Urgent)]
    public void A_deadline_means_the_most_patient_preset_that_fits(string deadline, Priority expected)
    {
        Classified classified = Accept(new RequestSignals { DeadlineHeader = deadline }, new LeewayConfig());
        Assert.Equal(expected, classified.Priority);
        Assert.Equal(expected == Priority.Urgent, classified.IsImmediate);
    }

    [Theory]
    [InlineData("flex", Priority.Standard)]
    [InlineData("priority", Priority.Urgent)]
    [InlineData("fast", Priority.Urgent)]
    [InlineData("auto", Priority.Low)]
    [InlineData("default", Priority.Low)]
    public void A_service_tier_without_a_promise_leaves_the_decision_to_others(string tier, Priority expected) =>
        Assert.Equal(expected, Accept(new RequestSignals { ServiceTier = tier, KeyDefault = "low" }, new LeewayConfig()).Priority);

    [Fact]
    public void A_priority_that_agrees_with_the_deadline_is_no_conflict()
    {
        Classified classified = Accept(new RequestSignals { DeadlineHeader = "6h", PriorityHeader = "Standard" }, new LeewayConfig());
        Assert.Equal(s_now.AddHours(6), classified.Deadline);
    }

    [Fact]
    public void Signals_of_one_rank_that_disagree_are_refused_by_both_names()
    {
        RequestSignals[] conflicts =
        [
            new() { DeadlineHeader = "6h", PriorityHeader = "low" },
            new() { DeadlineHeader = "6h", OffpeakDeadlineHeader = "7h" },
            new() { OffpeakDeadlineHeader = "6h", PriorityHeader = "urgent" },
            new() { MetadataDeadline = "now", MetadataPriority = "low" },
        ];
        Assert.All(conflicts, signals =>
        {
            ClassificationProblem problem = Refuse(signals);
            Assert.Equal("conflicting_signals", problem.Code);
            Assert.All(problem.Field.Split(", "), name => Assert.Contains(name, problem.Message));
            Assert.Equal(2, problem.Field.Split(", ").Length);
        });
    }

    [Fact]
    public void A_bad_signal_is_refused_by_code_field_and_value()
    {
        (RequestSignals Signals, string Code, string Field, string Value)[] cases =
        [
            (new() { DeadlineHeader = "6 hours" }, "invalid_deadline", "Leeway-Deadline", "6 hours"),
            (new() { DeadlineHeader = "" }, "invalid_deadline", "Leeway-Deadline", ""),
            (new() { OffpeakDeadlineHeader = "P1D" }, "invalid_deadline", "Offpeak-Deadline", "P1D"),
            (new() { DeadlineHeader = "8d" }, "deadline_too_far", "Leeway-Deadline", "8d"),
            (new() { DeadlineHeader = "2020-01-01T00:00:00Z" }, "deadline_past", "Leeway-Deadline", "2020-01-01T00:00:00Z"),
            (new() { PriorityHeader = "high" }, "invalid_priority", "Leeway-Priority", "high"),
            (new() { PathValue = "soon" }, "invalid_deadline", "path", "soon"),
            (new() { ModelSuffix = "banana" }, "invalid_model_suffix", "model suffix", "banana"),
            (new() { MetadataPriority = "6h" }, "invalid_priority", "metadata.leeway_priority", "6h"),
            (new() { CompletionWindow = "a day" }, "invalid_deadline", "completion_window", "a day"),
            (new() { LaneHeader = "express" }, "unknown_lane", "Leeway-Lane", "express"),
            (new() { MaxCostHeader = "0" }, "invalid_max_cost", "Leeway-Max-Cost", "0"),
            (new() { MaxCostHeader = "-1" }, "invalid_max_cost", "Leeway-Max-Cost", "-1"),
            (new() { MaxCostHeader = "1,5" }, "invalid_max_cost", "Leeway-Max-Cost", "1,5"),
        ];
        Assert.All(cases, c =>
        {
            ClassificationProblem problem = Refuse(c.Signals);
            Assert.Equal((c.Code, c.Field, c.Value), (problem.Code, problem.Field, problem.Value));
            Assert.NotEmpty(problem.Remedy);
        });
    }

    [Fact]
    public void A_lane_and_a_cost_bound_travel_beside_the_verdict()
    {
        Classified classified = Accept(new RequestSignals { LaneHeader = "Batch", MaxCostHeader = "0.05", PathValue = "6h" }, new LeewayConfig());
        Assert.Equal((Lane.Batch, 0.05m, "path"), (classified.Pinned!.Value, classified.MaxCost!.Value, classified.Source));
    }

    [Fact]
    public void A_rule_holds_only_when_all_it_names_holds()
    {
        ClassifyCondition when = new()
        {
            Path = "/v1/chat/*",
            Model = "gpt-*-mini",
            Key = "nightly",
            Header = new Dictionary<string, string> { ["X-Job"] = "report" },
            Hours = new WindowConfig { From = new TimeOnly(11, 0), To = new TimeOnly(13, 0), Tz = "Etc/UTC" },
        };
        Assert.Equal(Priority.Low, Apply(when));
        Assert.Equal(Priority.Urgent, Apply(when with { Path = "/v1/chat" }));
        Assert.Equal(Priority.Urgent, Apply(when with { Model = "gpt-*-nano" }));
        Assert.Equal(Priority.Urgent, Apply(when with { Key = "daily" }));
        Assert.Equal(Priority.Urgent, Apply(when with { Header = new Dictionary<string, string> { ["X-Job"] = "Report" } }));
        Assert.Equal(Priority.Urgent, Apply(when with { Hours = when.Hours! with { From = new TimeOnly(12, 1) } }));

        Priority Apply(ClassifyCondition condition)
        {
            LeewayConfig config = new() { Classify = [new ClassifyRule { When = condition, Deadline = TimeSpan.FromHours(30) }] };
            Assert.True(Classifier(config).TryClassify(
                default, "/v1/chat/completions", "gpt-5-mini", "nightly", name => name == "X-Job" ? "report" : null, out Classified classified, out _));
            return classified.Priority;
        }
    }

    [Theory]
    [InlineData("gpt-4o@6h", "gpt-4o", "6h")]
    [InlineData("gpt-4o@banana", "gpt-4o", "banana")]
    [InlineData("gpt-4o@", "gpt-4o", "")]
    [InlineData("gpt-4o", "gpt-4o", null)]
    [InlineData("own@home", "own@home", null)]
    [InlineData("own@home@low", "own@home", "low")]
    [InlineData("@low", "@low", null)]
    public void A_suffix_stands_behind_the_last_at_sign_of_a_name_that_is_not_known_whole(string text, string name, string? suffix) =>
        Assert.Equal((name, suffix), ModelName.Split(text, known => known is "own@home" or "gpt-4o"));

    [Fact]
    public void A_request_that_says_nothing_is_classified_without_allocation()
    {
        RequestClassifier classifier = Classifier(new LeewayConfig());
        Func<string, string?> noHeaders = static _ => null;
        Run(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        // The fake clock's own lock and reading allocate nothing per call; a single object each would show as 24,000 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                classifier.TryClassify(default, "/v1/chat/completions", "gpt-4o", "team", noHeaders, out _, out _);
            }
        }
    }

    private static Classified Accept(RequestSignals signals, LeewayConfig config)
    {
        Assert.True(
            Classifier(config).TryClassify(signals, "/v1/chat/completions", "gpt-4o", "team", _ => null, out Classified classified, out ClassificationProblem? problem),
            problem?.Message);
        return classified;
    }

    private static ClassificationProblem Refuse(RequestSignals signals)
    {
        Assert.False(Classifier(new LeewayConfig()).TryClassify(
            signals, "/v1/chat/completions", "gpt-4o", "team", _ => null, out _, out ClassificationProblem? problem));
        return problem;
    }

    private static RequestClassifier Classifier(LeewayConfig config) => new(new StaticConfig(config), new FakeTimeProvider(s_now));
}
