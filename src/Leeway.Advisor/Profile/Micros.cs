namespace Leeway.Advisor.Profile;

/// <summary>Instants as microseconds since 1970, as traces hold them.</summary>
internal static class Micros
{
    public static DateTimeOffset Instant(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static long Of(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
