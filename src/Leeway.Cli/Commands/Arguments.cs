using System.Globalization;
using Leeway.Classification;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary>Readings of arguments that several commands take.</summary>
internal static class Arguments
{
    // The gateway knows its own limit and refuses by it.
    private static readonly TimeSpan s_furthest = TimeSpan.FromDays(366);

    /// <summary>A deadline as the gateway reads it, clock times being this machine's.</summary>
    public static DeadlineReading Deadline(string text, TimeProvider clock)
    {
        DeadlineReading reading = DeadlineParser.Parse(text, clock.GetUtcNow(), TimeZoneInfo.Local, s_furthest);
        return reading.Ok ? reading : throw new CliFailure(ExitCode.Usage, $"--by: {reading.Problem.Message}", reading.Problem.Remedy) { Code = reading.Problem.Code };
    }

    /// <summary>An instant in the past: a duration back from now, or a date.</summary>
    public static DateTimeOffset Since(string option, string text, TimeProvider clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DeadlineReading back = DeadlineParser.Parse(text, now, TimeZoneInfo.Utc, TimeSpan.FromDays(36500));
        if (back.Ok && !text.Contains(':', StringComparison.Ordinal) && !text.Contains('-', StringComparison.Ordinal))
        {
            return now - (back.At - now);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            ? at
            : throw new CliFailure(ExitCode.Usage, $"{option}: '{Plain.Line(text)}' is no span and no date.", "Write 7d, 24h, 2026-11-01 or 2026-11-01T00:00:00Z.");
    }

}
