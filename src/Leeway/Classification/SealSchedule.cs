namespace Leeway.Classification;

/// <summary>When a request's group must be sealed at the latest, and by what.</summary>
/// <param name="At">UTC, never before acceptance.</param>
/// <param name="Reason"><see cref="SealSchedule.Age"/>, <see cref="SealSchedule.Window"/> or <see cref="SealSchedule.LastSafeMoment"/>.</param>
public readonly record struct SealInstant(DateTimeOffset At, string Reason);

/// <summary>The clock triggers of sealing; those by size and number are the former's.</summary>
public static class SealSchedule
{
    public const string Age = "age";
    public const string Window = "window";
    public const string LastSafeMoment = "last_safe_moment";

    /// <summary>
    /// A preset with a window is sealed when the window next opens; a request that comes while it is open waits the lane's age for company, but
    /// not past the close. Its own age counts if it has one and that comes first. Any other preset is sealed at its age, or the batch lane's. All are capped by the last moment from which a batch of the assumed
    /// turnaround still meets the deadline. Window times follow the zone's clock changes: a skipped opening moves forward by the gap, a
    /// repeated one is the earlier.
    /// </summary>
    public static SealInstant SealAt(Priority priority, DateTimeOffset acceptedAt, DateTimeOffset deadline, LeewayConfig config)
    {
        PriorityConfig preset = PriorityPolicy.PresetOf(priority, config.Priorities);
        DateTimeOffset lastSafe = Later(deadline - config.Lanes.Batch.Turnaround, acceptedAt);
        var at = new SealInstant(lastSafe, LastSafeMoment);
        if (preset.Window is { } window)
        {
            at = Earlier(new SealInstant(WithinWindow(window, acceptedAt, config), Window), at);
        }

        TimeSpan? age = preset.Window is null ? preset.Seal.Age ?? config.Lanes.Batch.Seal.Age : preset.Seal.Age;
        return age is { } wait ? Earlier(new SealInstant(acceptedAt + wait, Age), at) : at;
    }

    private static DateTimeOffset WithinWindow(WindowConfig window, DateTimeOffset acceptedAt, LeewayConfig config)
    {
        DateTimeOffset opening = OpeningOf(window, acceptedAt);
        if (opening > acceptedAt || config.Lanes.Batch.Seal.Age is not { } age)
        {
            return opening;
        }

        DateTimeOffset close = LocalClock.Next(window.To, acceptedAt, window.TimeZone);
        return acceptedAt + age < close ? acceptedAt + age : close;
    }

    /// <summary>The next instant at which <paramref name="window"/> is open: <paramref name="at"/> itself while it is.</summary>
    public static DateTimeOffset OpeningOf(WindowConfig window, DateTimeOffset at)
    {
        TimeZoneInfo zone = window.TimeZone;
        return LocalClock.IsWithin(at, window.From, window.To, zone) ? at : LocalClock.Next(window.From, at, zone);
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static SealInstant Earlier(SealInstant left, SealInstant right) => left.At < right.At ? left : right;
}
