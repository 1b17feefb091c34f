using Leeway.Planning.Turnaround.Regimes;
using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Planning.Turnaround;

// What people see of it.
public sealed partial class TurnaroundForecast
{
    /// <summary>The assumption first, then every deployment that was used: as a whole, and each size and part of the week of which something was seen.</summary>
    /// <param name="deployment">Only this one; null for all.</param>
    public IReadOnlyList<TurnaroundView> Views(string? deployment = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        ReviewAll(now);
        lock (_lock)
        {
            var assumed = new TurnaroundView(
                null, TurnaroundSlots.NameOfSize(TurnaroundSlots.Any), TurnaroundSlots.NameOfHours(TurnaroundSlots.Any), 0, 0, 0, 0,
                ProductLimit.ToCurve(AssumedTurnaround.Survival(config.Current.Lanes.Batch.Turnaround)), NameOf(TurnaroundRegime.Healthy), null, 0, NameOf(TurnaroundRegime.Degraded));
            return
            [
                assumed,
                .. _deployments.Values
                    .Where(record => record.Id.Length > 0 && (deployment is null || record.Id == deployment))
                    .OrderBy(record => record.Id, StringComparer.Ordinal)
                    .SelectMany(record => ViewsOf(record, now)),
            ];
        }
    }

    private static IEnumerable<TurnaroundView> ViewsOf(DeploymentRecord record, DateTimeOffset now)
    {
        TurnaroundRegime regime = record.Published.Regime;
        yield return View(record, regime, TurnaroundSlots.Any, TurnaroundSlots.Any, record.Published.Survival, now);
        foreach ((TurnaroundCells.Key key, _) in record.Cells.All)
        {
            if (key.Regime == TurnaroundRegime.Healthy && key.Size != TurnaroundSlots.Any && regime == TurnaroundRegime.Healthy)
            {
                yield return View(record, regime, key.Size, key.Hours, CurveBuilder.Cell(record, record.Published, key.Size, key.Hours, now), now);
            }
        }
    }

    private static TurnaroundView View(DeploymentRecord record, TurnaroundRegime regime, int size, int hours, double[] survival, DateTimeOffset now)
    {
        CensoredSketch? cell = record.Cells.Find(regime, size, hours);
        RegimeDetector detector = record.Detector;
        TurnaroundRegime next = regime switch
        {
            TurnaroundRegime.Healthy => detector.Second - detector.First >= RegimeDetector.Return ? TurnaroundRegime.Stalled : TurnaroundRegime.Degraded,
            _ => TurnaroundRegime.Healthy,
        };
        double evidence = next == TurnaroundRegime.Stalled ? detector.Second : regime == TurnaroundRegime.Healthy ? Math.Max(detector.First, detector.Second) : detector.First;
        return new TurnaroundView(
            record.Id, TurnaroundSlots.NameOfSize(size), TurnaroundSlots.NameOfHours(hours),
            cell is null ? 0 : cell.EndedCount + cell.CensoredCount, cell?.CensoredCount ?? 0,
            record.Open.Values.Count(batch => !batch.Closed && (size == TurnaroundSlots.Any || batch.Size == size) && (hours == TurnaroundSlots.Any || batch.Hours == hours)),
            cell?.WeightAt(now) ?? 0, ProductLimit.ToCurve(survival), NameOf(regime), detector.Since == default ? null : detector.Since, evidence / Math.Log(10), NameOf(next));
    }
}
