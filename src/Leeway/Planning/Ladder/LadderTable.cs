namespace Leeway.Planning.Ladder;

/// <summary>The solved choice of one deployment under given terms: what to do by slack, refusals and the batch's age. Look-ups allocate nothing. Thread-safe.</summary>
public sealed class LadderTable
{
    /// <summary>For refusals: the flex tier is known to be closed.</summary>
    public const int Closed = int.MaxValue;

    /// <summary>Marks, in <see cref="Next"/>, a try of the flex tier.</summary>
    internal const int Flex = 0x8000;

    private readonly LadderGrid _grid;
    private readonly Lane[] _start;
    private readonly LaneWorths[] _weighed;
    private readonly PlanBasis?[] _bases;
    private readonly int _refusals;

    internal LadderTable(LadderTerms terms, LadderGrid grid, string regime, Lane[] start, LaneWorths[] weighed, int refusals)
    {
        (Terms, Regime, _grid, _start, _weighed, _refusals) = (terms, regime, grid, start, weighed, refusals);
        _bases = new PlanBasis?[start.Length];
        int first = Array.FindIndex(start, static lane => lane == Lane.Batch);
        SubmitUntil = first < 0 ? null : TimeSpan.FromSeconds(Math.Max(grid[first / refusals] - terms.Pooling.TotalSeconds, 0));
    }

    /// <summary>What it was solved for.</summary>
    public LadderTerms Terms { get; }

    /// <summary>How the provider's batches were taken to be.</summary>
    public string Regime { get; }

    /// <summary>The least time left from which submitting a batch is worth it; null when it never is.</summary>
    public TimeSpan? SubmitUntil { get; }

    /// <summary>By line and point and refusals: the point of the next action, marked when that is a try; null where the closed form holds.</summary>
    internal ushort[]? Next { get; init; }

    /// <summary>By slack at the batch's start: seconds left at the rescue; null where <see cref="Next"/> is there.</summary>
    internal double[]? RescueLeft { get; init; }

    /// <summary>Where the line of batches begun at a point lies, or how many states there are below it.</summary>
    internal static int Line(int start) => start * (start + 1) / 2;

    /// <summary>The choice for a request that is in no batch. <see cref="Lane.Flex"/> with a tier that is closed: to wait for it.</summary>
    /// <param name="slack">Until the deadline.</param>
    /// <param name="refusals">Of the flex tier, in a row; <see cref="Closed"/> where it is.</param>
    public LadderChoice Choose(TimeSpan slack, int refusals)
    {
        int point = _grid.Floor(slack);
        int cell = (point * _refusals) + Math.Clamp(refusals, 0, _refusals - 1);
        PlanBasis basis = _bases[cell] ??= LadderWords.Explain(this, point, cell % _refusals);
        if (_start[cell] != Lane.Batch)
        {
            return new LadderChoice(_start[cell], _start[cell], slack, basis);
        }

        (Lane lane, TimeSpan left) = NextAt(point, point, cell % _refusals);
        return new LadderChoice(Lane.Batch, lane, left, basis);
    }

    /// <summary>The next step of a request in a submitted batch that is not back yet.</summary>
    /// <param name="atStart">From the submission to the deadline.</param>
    /// <param name="slack">Until the deadline.</param>
    /// <param name="refusals">Of the flex tier, in a row; <see cref="Closed"/> where it is.</param>
    public LadderChoice InBatch(TimeSpan atStart, TimeSpan slack, int refusals)
    {
        int start = _grid.Floor(atStart);
        int point = Math.Min(_grid.Floor(slack), start);
        int n = Math.Clamp(refusals, 0, _refusals - 1);
        PlanBasis basis = _bases[(start * _refusals) + n] ??= LadderWords.Explain(this, start, n);
        (Lane lane, TimeSpan left) = NextAt(start, point, n);
        return new LadderChoice(Lane.Batch, lane, left, basis);
    }

    internal LaneWorths WeighedAt(int point, int refusals) => _weighed[(point * _refusals) + refusals];

    internal Lane StartAt(int point, int refusals) => _start[(point * _refusals) + refusals];

    internal LaneWorth ChosenAt(int point, int refusals) => WeighedAt(point, refusals).Of(StartAt(point, refusals));

    internal int Refusals => _refusals;

    internal TimeSpan LeftAt(int point) => TimeSpan.FromSeconds(_grid[point]);

    internal (Lane Lane, TimeSpan Left) NextAt(int start, int point, int refusals)
    {
        if (Next is null)
        {
            return (Lane.RealTime, TimeSpan.FromSeconds(RescueLeft![start]));
        }

        ushort next = Next[((Line(start) + point) * _refusals) + refusals];
        return ((next & Flex) != 0 ? Lane.Flex : Lane.RealTime, TimeSpan.FromSeconds(_grid[next & ~Flex]));
    }
}

/// <summary>What the ladder says of one request.</summary>
/// <param name="Lane">The way to take now: real time, a try of the flex tier, or the pool.</param>
/// <param name="NextLane">How it goes on its own next.</param>
/// <param name="NextLeft">The time left to the deadline at which it does.</param>
/// <param name="Basis">The numbers; shared by all requests of that slack.</param>
public readonly record struct LadderChoice(Lane Lane, Lane NextLane, TimeSpan NextLeft, PlanBasis Basis);
