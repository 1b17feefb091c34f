namespace Leeway.Advisor.Profile;

/// <summary>Load by hour of day and of week, UTC.</summary>
internal sealed class HourTally
{
    private const long Hour = 3_600_000_000;
    private const int HoursPerDay = 24;
    private const int HoursPerWeek = 7 * HoursPerDay;

    // 1970-01-01 was a Thursday; weeks begin on Monday.
    private const int EpochHourOfWeek = 3 * HoursPerDay;

    private readonly long[] _requests = new long[HoursPerWeek];
    private readonly long[] _tokens = new long[HoursPerWeek];

    /// <param name="hour">Whole hours since 1970.</param>
    /// <param name="requests">Requests in it.</param>
    /// <param name="tokens">Tokens in it.</param>
    public void Add(long hour, long requests, long tokens)
    {
        int slot = (int)((((hour + EpochHourOfWeek) % HoursPerWeek) + HoursPerWeek) % HoursPerWeek);
        _requests[slot] += requests;
        _tokens[slot] += tokens;
    }

    /// <param name="from">The first instant, in microseconds since 1970.</param>
    /// <param name="until">The last one.</param>
    public LoadByHour Result(long from, long until)
    {
        double[] seconds = Coverage(from, until);
        HourLoad[] day =
        [
            .. Enumerable.Range(0, HoursPerDay).Select(hour => Load(hour, Enumerable.Range(0, 7).Select(weekday => (weekday * HoursPerDay) + hour), seconds)),
        ];
        HourLoad[] week = until - from >= 2 * HoursPerDay * Hour ? [.. Enumerable.Range(0, HoursPerWeek).Select(hour => Load(hour, [hour], seconds))] : [];

        // A trace of one day begins a little after its first hour does.
        bool whole = until - from >= (HoursPerDay - 1) * Hour && day.All(hour => hour.RequestsPerSecond > 0);
        return new LoadByHour(day, week, whole ? day.Max(hour => hour.RequestsPerSecond) / day.Min(hour => hour.RequestsPerSecond) : null);
    }

    private HourLoad Load(int hour, IEnumerable<int> slots, double[] seconds)
    {
        long requests = 0, tokens = 0;
        double time = 0;
        foreach (int slot in slots)
        {
            requests += _requests[slot];
            tokens += _tokens[slot];
            time += seconds[slot];
        }

        return new HourLoad(hour, requests, tokens, time > 0 ? requests / time : null);
    }

    /// <summary>Seconds that the trace spent in each hour of the week.</summary>
    private static double[] Coverage(long from, long until)
    {
        var seconds = new double[HoursPerWeek];
        long weeks = Math.Max(0, (until - from) / (HoursPerWeek * Hour) - 1);
        Array.Fill(seconds, weeks * 3600.0);
        for (long at = from + (weeks * HoursPerWeek * Hour); at < until;)
        {
            long hour = Math.DivRem(at, Hour, out long within);
            if (within < 0)
            {
                (hour, within) = (hour - 1, within + Hour);
            }

            long step = Math.Min(until - at, Hour - within);
            seconds[(int)((((hour + EpochHourOfWeek) % HoursPerWeek) + HoursPerWeek) % HoursPerWeek)] += step / 1e6;
            at += step;
        }

        return seconds;
    }
}
