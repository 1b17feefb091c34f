namespace Leeway.Simulation.Laws;

/// <summary>How long a provider batch takes. Every draw is keyed by what is drawn for, never by how many draws came before.</summary>
internal interface IBatchLaw
{
    /// <summary>As the command line names it.</summary>
    string Name { get; }

    /// <summary>What is assumed, in one sentence with its figures; printed beside every result.</summary>
    string Assumes { get; }

    /// <summary>From submission to completion of a batch submitted at an instant, not cut at the provider's window; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    /// <param name="submittedAt">The same minute always draws the same.</param>
    TimeSpan Turnaround(DateTimeOffset submittedAt);
}
