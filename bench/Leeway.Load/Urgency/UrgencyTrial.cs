using Leeway.Economics.Monitoring;

namespace Leeway.Load.Urgency;

/// <summary>How well a rule tells planted senders from honest ones.</summary>
/// <param name="Planted">Planted senders.</param>
/// <param name="Flagged">Flagged ones among them.</param>
/// <param name="Median">Results until half of the planted were flagged; those never flagged count as never.</param>
/// <param name="P95">Results until 95 % were flagged.</param>
/// <param name="Auc">The chance that a planted sender has more evidence against it than an honest one, after so many results.</param>
internal sealed record UrgencyFigures(int Planted, int Flagged, double Median, double P95, IReadOnlyDictionary<int, double> Auc);

/// <summary>Runs planted and honest senders through the rule.</summary>
internal sealed class UrgencyTrial(int seed)
{
    /// <summary>Results after which AUC is taken.</summary>
    public static readonly IReadOnlyList<int> Looks = [3, 5, 10, 20, 50];

    private readonly PlantedSenders _senders = new(seed);

    /// <summary>Honest groups that are flagged within so many results each.</summary>
    /// <param name="groups">Half of them declare tight deadlines, half loose ones.</param>
    /// <param name="results">Of each.</param>
    /// <param name="low">The least share of odd results.</param>
    /// <param name="high">The most; 0.1 is the boundary of what the test calls honest.</param>
    public int FalseAlarms(int groups, int results, double low, double high)
    {
        int alarms = 0;
        for (int i = 0; i < groups; i++)
        {
            EndedRequest[] made = _senders.Results(i % 2 == 0 ? PlantedKind.HonestTight : PlantedKind.HonestLoose, results, _senders.Share(low, high));
            (UrgencyTest over, UrgencyTest under) = UrgencyRule.TestsOf(made, PlantedSenders.End);
            alarms += over.FlaggedAt is not null || under.FlaggedAt is not null ? 1 : 0;
        }

        return alarms;
    }

    /// <summary>Planted senders of a kind against honest ones that declare the same.</summary>
    /// <param name="kind">Over or under.</param>
    /// <param name="planted">How many.</param>
    /// <param name="honest">How many.</param>
    /// <param name="low">The least share of odd results of a planted sender.</param>
    /// <param name="high">The most.</param>
    public UrgencyFigures Run(PlantedKind kind, int planted, int honest, double low, double high)
    {
        const int results = 200;
        PlantedKind other = kind == PlantedKind.Over ? PlantedKind.HonestTight : PlantedKind.HonestLoose;
        EndedRequest[][] wrong = [.. Enumerable.Range(0, planted).Select(_ => _senders.Results(kind, results, _senders.Share(low, high)))];
        EndedRequest[][] right = [.. Enumerable.Range(0, honest).Select(_ => _senders.Results(other, Looks[^1], _senders.Share(0, UrgencyTest.Allowed)))];
        int?[] flags = [.. wrong.Select(sender => TestOf(kind, sender).FlaggedAt)];
        double[] until = [.. flags.Select(at => at ?? double.PositiveInfinity).Order()];
        var auc = Looks.ToDictionary(look => look, look => Auc(Evidence(wrong, look), Evidence(right, look)));
        return new UrgencyFigures(planted, flags.Count(at => at is not null), until[(planted - 1) / 2], until[(int)Math.Ceiling(planted * 0.95) - 1], auc);

        double[] Evidence(EndedRequest[][] senders, int look) => [.. senders.Select(sender => TestOf(kind, sender[..look]).LogEvidence)];
    }

    private static UrgencyTest TestOf(PlantedKind kind, EndedRequest[] results)
    {
        (UrgencyTest over, UrgencyTest under) = UrgencyRule.TestsOf(results, PlantedSenders.End);
        return kind == PlantedKind.Over ? over : under;
    }

    // Mann and Whitney's statistic; ties count half.
    private static double Auc(double[] wrong, double[] right)
    {
        Array.Sort(right);
        double sum = 0;
        foreach (double score in wrong)
        {
            int below = LowerBound(right, score);
            sum += below + ((LowerBound(right, Math.BitIncrement(score)) - below) / 2.0);
        }

        return sum / ((double)wrong.Length * right.Length);
    }

    private static int LowerBound(double[] sorted, double value)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
