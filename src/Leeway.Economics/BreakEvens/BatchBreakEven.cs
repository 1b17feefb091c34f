using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>Work that is collected and done together against servers that wait for it.</summary>
public static class BatchBreakEven
{
    /// <summary>
    /// u* = u_b · p / p_b: below this utilisation, servers that run only while there is a batch cost less than servers that always run.
    /// An hour of a waiting server does u hours' worth of work and costs p; in a batch those take u / u_b hours at p_b.
    /// </summary>
    /// <param name="always">p, USD per hour of the server that always runs.</param>
    /// <param name="batch">p_b, USD per hour of the server that runs for a batch.</param>
    /// <param name="batchUtilisation">u_b, how busy it is while it runs, from 0 to 1.</param>
    public static Figure Utilisation(Figure always, Figure batch, Figure batchUtilisation) =>
        (batchUtilisation * always / batch).Named("break-even utilisation");

    /// <summary>n* = F / (c_r − c_b): the requests a batch must hold to earn its fixed cost; without a value when a request costs no less in it.</summary>
    /// <param name="overhead">F, USD per batch, whatever it holds: starting servers, loading the model.</param>
    /// <param name="realTime">c_r, USD per request at once.</param>
    /// <param name="batch">c_b, USD per request within the batch.</param>
    public static Figure RequestsPerBatch(Figure overhead, Figure realTime, Figure batch)
    {
        Figure saved = realTime - batch;
        return saved.Value is > 0
            ? (overhead / saved).Named("break-even size")
            : Figure.Formula("break-even size", null, overhead.Unit / saved.Unit, "F/(c_r − c_b)", overhead.Named("F"), realTime.Named("c_r"), batch.Named("c_b"));
    }
}
