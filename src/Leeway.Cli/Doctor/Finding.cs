namespace Leeway.Cli.Doctor;

internal enum Health
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What one check found, and what to do about it.</summary>
internal sealed record Finding(Health Health, string Check, string Detail, string Remedy = "");
