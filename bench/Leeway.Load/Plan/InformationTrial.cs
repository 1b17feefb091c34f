using System.Globalization;
using Leeway.Load.Reporting;
using Leeway.Sandbox.Laws;

namespace Leeway.Load.Plan;

/// <summary>
/// What one would pay above the clairvoyant who knows every law, and at each minute whether the flex tier is open, but not the future: the exact
/// optimum of one request by backward induction over time left, tier and age of its batch. No planner does better in the mean.
/// </summary>
/// <param name="survival">P(a batch is not back after so many minutes).</param>
/// <param name="closedShare">Of time that the tier is closed, in episodes of two hours.</param>
internal sealed class InformationTrial(Func<int, double> survival, double closedShare)
{
    private const double Cheap = 0.5;
    private const double Accepted = 0.6;
    private const double EpisodeMinutes = 120;

    // Kept for real time, and from a cancel to its end, minutes.
    private const int Margin = 2;
    private const int CancelLag = 10;

    private const int LeastService = 1;
    private const int MostService = 10;
    private const int Parts = 45;

    private static readonly (double Weight, string Law)[][] s_laws =
        [[(1, "healthy")], [(1, "degraded")], [(0.75, "healthy"), (0.25, "degraded")], [(1, "stall")]];

    private readonly double _opens = 1 / EpisodeMinutes;
    private readonly double _closes = closedShare == 0 ? 0 : closedShare / (1 - closedShare) / EpisodeMinutes;

    /// <summary>Writes the table.</summary>
    public static void Write(Report report)
    {
        double[] shares = [0, 0.1, 0.5];
        report.Line("## What can be known").Line()
            .Line(Text($"Above the clairvoyant, in percent, of one who knows the laws and the tier's state but not the future: the exact optimum for each request alone, by backward induction a minute apart; its own batch at any minute, begun at once and seen when it ends, {Margin} min kept for real time, a cancel that takes {CancelLag} min. Flex open / 10 % / 50 % closed, in episodes of two hours. Switching: three quarters healthy, one quarter degraded, to one who is told the regime, which stays while the request waits.")).Line()
            .Line("| deadline | healthy | degraded | switching | stall |").Line("|---|--:|--:|--:|--:|");
        foreach (int minutes in new[] { 15, 30, 60, 120, 360 })
        {
            string cells = string.Join(" | ", s_laws.Select(law =>
                string.Join(" / ", shares.Select(share => Text($"{100 * Above(law, share, minutes):0.0}")))));
            report.Line(Text($"| {minutes} min | {cells} |"));
        }

        report.Line();
    }

    // The optimum's cost above the clairvoyant's, as a share.
    private static double Above((double Weight, string Law)[] regimes, double closed, int minutes)
    {
        (double Optimum, double Clairvoyant)[] costs = [.. regimes.Select(regime => new InformationTrial(Survival(regime.Law), closed).Costs(minutes))];
        return (regimes.Zip(costs, static (regime, cost) => regime.Weight * cost.Optimum).Sum()
            / regimes.Zip(costs, static (regime, cost) => regime.Weight * cost.Clairvoyant).Sum()) - 1;
    }

    private (double Optimum, double Clairvoyant) Costs(int minutes)
    {
        (double closed, double open) = Solve(minutes);
        return ((closedShare * closed) + ((1 - closedShare) * open), Clairvoyant(minutes));
    }

    // By state of the tier (closed, open) and age of the batch; the last column is without one.
    private (double Closed, double Open) Solve(int minutes)
    {
        int none = minutes + 1;
        double[] left = [.. Enumerable.Range(0, minutes + CancelLag + 2).Select(survival)];
        double[] bill = [.. Enumerable.Range(0, minutes + 1).Select(age => left[age] > 0 ? Cheap * (left[age] - left[age + CancelLag]) / left[age] : 0), 0];
        double[][] before = [new double[minutes + 2], new double[minutes + 2]];
        for (int time = 0; time <= minutes; time++)
        {
            double[][] now = [new double[minutes + 2], new double[minutes + 2]];
            double inTime = Math.Clamp((time - Margin - LeastService) / (double)(MostService - LeastService), 0, 1);
            for (int state = 0; state < 2; state++)
            {
                for (int age = 0; age <= none; age++)
                {
                    if (age != none && age > minutes - time)
                    {
                        continue;
                    }

                    double best = 1 + bill[age];
                    if (time > Margin)
                    {
                        best = Math.Min(best, Go(state, age));
                        best = age == none ? Math.Min(best, Go(state, 0)) : best;
                    }

                    now[state][age] = best;
                }
            }

            before = now;

            // A minute on in this tier with a batch of this age, with a try of flex where it is open and worth it.
            double Go(int state, int age)
            {
                double leaves = state == 1 ? _closes : _opens;
                int older = age == none ? none : Math.Min(age + 1, minutes);
                double unfinished = ((1 - leaves) * before[state][older]) + (leaves * before[1 - state][older]);
                double ends = age == none || left[age] <= 0 ? 0 : 1 - (left[age + 1] / left[age]);
                double waited = (ends * Cheap) + ((1 - ends) * unfinished);
                double taken = Cheap + (age == none ? 0 : bill[age]) + (1 - inTime);
                return state == 1 ? Math.Min(waited, (Accepted * taken) + ((1 - Accepted) * waited)) : waited;
            }
        }

        return (before[0][none], before[1][none]);
    }

    // Half of the price where a batch from acceptance or any accepted try ends in time.
    private double Clairvoyant(int minutes)
    {
        double sum = 0;
        for (int part = 0; part < Parts; part++)
        {
            double service = LeastService + ((MostService - LeastService) * (part + 0.5) / Parts);
            sum += NeverAccepted((int)(minutes - service));
        }

        return Cheap + ((1 - Cheap) * sum / Parts * survival(minutes));
    }

    private double NeverAccepted(int last)
    {
        (double closed, double open) = (1, 1);
        for (int minute = 0; minute <= last; minute++)
        {
            (closed, open) = ((closed * (1 - _opens)) + (open * _opens), (1 - Accepted) * ((open * (1 - _closes)) + (closed * _closes)));
        }

        return (closedShare * closed) + ((1 - closedShare) * open);
    }

    private static Func<int, double> Survival(string name)
    {
        var law = TurnaroundLaw.Parse(name);
        return minutes => law.IsStall || minutes <= 0 ? 1 : 1 - Normal(Math.Log(minutes / law.Median.TotalMinutes) / law.Sigma);
    }

    // Abramowitz and Stegun 26.2.17, good to 7.5e-8.
    private static double Normal(double z)
    {
        double x = Math.Abs(z), t = 1 / (1 + (0.2316419 * x));
        double tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? 1 - tail : tail;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
