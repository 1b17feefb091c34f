using Leeway.Planning.Turnaround;
using Leeway.Queue;

namespace Leeway.Guard;

/// <summary>Reads open work into profiles: requests and tokens by deployment, and the time of slots over all of them. Used by one pass at a time.</summary>
internal sealed class DemandReader
{
    // Later starts count as if they were this far off: a week of slices.
    private const int MostSlices = 7 * 24 * 3600 / DemandJob.SliceSeconds;

    private const int HourOfSlices = 3600 / DemandJob.SliceSeconds;
    private const int MinuteOfSlices = 60 / DemandJob.SliceSeconds;

    private int _first;

    /// <summary>Requests of the deployment that is being read.</summary>
    public DemandProfile Requests { get; } = new();

    /// <summary>Tokens of the deployment that is being read.</summary>
    public DemandProfile Tokens { get; } = new();

    /// <summary>Seconds of slots, of every deployment since <see cref="Begin"/>.</summary>
    public DemandProfile Slots { get; } = new();

    /// <summary>Seconds from now to the begin of the first slice.</summary>
    public double ToFirst { get; private set; }

    /// <summary>Slices of jobs that were read up to now, of all passes: what they cost.</summary>
    public long Slices { get; private set; }

    /// <summary>Begins a pass.</summary>
    public void Begin(DateTimeOffset now)
    {
        _first = DemandJob.SliceOf(now);
        ToFirst = ((double)_first * DemandJob.SliceSeconds) - (now.ToUnixTimeMilliseconds() / 1000.0);
        Slots.Clear();
    }

    /// <summary>Begins a deployment.</summary>
    public void BeginDeployment()
    {
        Requests.Clear();
        Tokens.Clear();
    }

    /// <summary>Adds a job.</summary>
    /// <param name="job">Its open requests.</param>
    /// <param name="curve">How long such jobs take.</param>
    /// <param name="age">How long it has been at its provider, seconds; negative while it is yet to go.</param>
    /// <param name="service">How long one request takes in real time, seconds.</param>
    public void Add(DemandJob job, SurvivalCurve curve, double age, double service)
    {
        ReadOnlySpan<double> seconds = curve.Seconds;
        ReadOnlySpan<double> survival = curve.Survival;
        int at = 0;
        double reached = Survival(seconds, survival, age, ref at);
        (JobSums requests, JobSums tokens, JobSums slots) = (default, default, default);
        ReadOnlySpan<DemandCell> cells = job.Cells;
        for (int i = 0; i < cells.Length;)
        {
            int slice = SliceOf(cells[i]);
            (long count, long size) = (0, 0);
            for (; i < cells.Length && SliceOf(cells[i]) == slice; i++)
            {
                (count, size) = (count + cells[i].Requests, size + cells[i].Tokens);
            }

            if (count == 0)
            {
                continue;
            }

            Slices++;

            // However good the past, a job is never taken to be back for certain.
            double until = Math.Max(0, ToFirst + ((double)slice * DemandJob.SliceSeconds));
            double unfinished = reached > 0 ? Math.Max(DemandProfile.Doubt, Survival(seconds, survival, age + until, ref at) / reached) : 1;
            double deviation = Math.Sqrt(unfinished * (1 - unfinished));
            Requests.Add(slice, count, unfinished, deviation, ref requests);
            Tokens.Add(slice, size, unfinished, deviation, ref tokens);
            Slots.Add(slice, count * service, unfinished, deviation, ref slots);
        }
    }

    // Slices from now; those beyond an hour are taken a minute at a time, rounded down, so that a day's work is read in few steps.
    private int SliceOf(in DemandCell cell)
    {
        int slice = Math.Clamp(cell.Slice - _first, 0, MostSlices);
        return slice < HourOfSlices ? slice : slice - (slice % MinuteOfSlices);
    }

    // S at an age that does not fall from call to call; at is where the last one stood.
    private static double Survival(ReadOnlySpan<double> seconds, ReadOnlySpan<double> survival, double age, ref int at)
    {
        while (at < seconds.Length && seconds[at] <= age)
        {
            at++;
        }

        return at == 0 ? 1 : survival[at - 1];
    }
}
