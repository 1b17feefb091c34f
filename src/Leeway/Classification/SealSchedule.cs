using Leeway.Economics;

namespace Leeway.Classification;

/// <summary>When a request's group must be sealed at the latest, and by what.</summary>
/// <param name="At">UTC, never before acceptance.</param>
/// <param name="Reason"><see cref="SealSchedule.Age"/>, <see cref="SealSchedule.Window"/>, <see cref="SealSchedule.OffPeak"/> or <see cref="SealSchedule.LastSafeMoment"/>.</param>
public readonly record struct SealInstant(DateTimeOffset At, string Reason);

/// <summary>The clock triggers of sealing; those by size and number are the former's.</summary>
public static class SealSchedule
{
    public const string Age = "age";
    public const string Window = "window";
    public const string LastSafeMoment = "last_safe_moment";
    public const string OffPeak = "off_peak";

    // Between sealing and the provider's create, so that a batch sealed before prices rise is still created before.
    private static readonly TimeSpan s_toSubmit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A preset with windows is sealed when one of them next opens; a request that comes while one is open waits the lane's age for company, but
    /// not past the close. Its own age counts if it has one and that comes first. Any other preset is sealed at its age, or the batch lane's.
    /// Where batches cost something else at some hours, a request waits for the next cheaper one, if a window of its preset is open then, and
    /// goes before a dearer one begins. All are capped by the last moment from which a batch of the assumed turnaround still meets the
    /// deadline: no price is worth a deadline. Windows follow the zone's clock changes, see <see cref="WindowConfig"/>.
    /// </summary>
    /// <param name="priority">The preset.</param>
    /// <param name="acceptedAt">When the request came, UTC.</param>
    /// <param name="deadline">Its deadline, UTC.</param>
    /// <param name="config">Presets, lane and turnaround.</param>
    /// <param name="hours">When batches cost less; null where it does not matter.</param>
    /// <param name="deployment">Whose batches; null likewise.</param>
    public static SealInstant SealAt(
        Priority priority, DateTimeOffset acceptedAt, DateTimeOffset deadline, LeewayConfig config, CheapHours? hours = null, Deployment? deployment = null)
    {
        PriorityConfig preset = PriorityPolicy.PresetOf(priority, config.Priorities);
        DateTimeOffset lastSafe = Later(deadline - config.Lanes.Batch.Turnaround, acceptedAt);
        var at = new SealInstant(lastSafe, LastSafeMoment);
        if (preset.Windows.Count > 0)
        {
            at = Earlier(new SealInstant(WithinWindow(preset.Windows, acceptedAt, config), Window), at);
        }

        TimeSpan? age = preset.Windows.Count == 0 ? preset.Seal.Age ?? config.Lanes.Batch.Seal.Age : preset.Seal.Age;
        at = age is { } wait ? Earlier(new SealInstant(acceptedAt + wait, Age), at) : at;
        return hours is not null && deployment is not null && hours.Differ(deployment, acceptedAt)
            ? AtCheaperHour(at, preset, acceptedAt, lastSafe, hours, deployment)
            : at;
    }

    private static SealInstant AtCheaperHour(
        SealInstant at, PriorityConfig preset, DateTimeOffset acceptedAt, DateTimeOffset lastSafe, CheapHours hours, Deployment deployment)
    {
        DateTimeOffset canGo = preset.Windows.Count == 0 ? acceptedAt : OpeningOf(preset.Windows, acceptedAt);
        if (canGo < at.At)
        {
            DateTimeOffset submitted = at.At + s_toSubmit;
            if (hours.NextDearer(deployment, Lane.Batch, canGo, submitted) is { } rise)
            {
                return new SealInstant(Later(rise - s_toSubmit, canGo), OffPeak);
            }

            // A cheaper hour that is over by then.
            if (hours.NextCheaper(deployment, Lane.Batch, canGo, at.At) is { } passing && hours.NextDearer(deployment, Lane.Batch, passing, submitted) is not null)
            {
                return new SealInstant(passing, OffPeak);
            }
        }

        return hours.NextCheaper(deployment, Lane.Batch, at.At, lastSafe) is { } fall && (preset.Windows.Count == 0 || preset.Windows.Any(window => window.Contains(fall)))
            ? new SealInstant(fall, OffPeak)
            : at;
    }

    private static DateTimeOffset WithinWindow(IReadOnlyList<WindowConfig> windows, DateTimeOffset acceptedAt, LeewayConfig config)
    {
        DateTimeOffset opening = OpeningOf(windows, acceptedAt);
        if (opening > acceptedAt || config.Lanes.Batch.Seal.Age is not { } age)
        {
            return opening;
        }

        DateTimeOffset close = windows.Where(window => window.Contains(acceptedAt)).Max(window => window.NextClose(acceptedAt));
        return acceptedAt + age < close ? acceptedAt + age : close;
    }

    /// <summary>The next instant at which one of <paramref name="windows"/> is open: <paramref name="at"/> itself while one is.</summary>
    public static DateTimeOffset OpeningOf(IReadOnlyList<WindowConfig> windows, DateTimeOffset at) =>
        windows.Any(window => window.Contains(at)) ? at : windows.Min(window => window.NextOpening(at));

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static SealInstant Earlier(SealInstant left, SealInstant right) => left.At < right.At ? left : right;
}
