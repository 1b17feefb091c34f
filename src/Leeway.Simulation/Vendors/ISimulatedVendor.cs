namespace Leeway.Simulation.Vendors;

/// <summary>
/// The laws of the providers of a simulation: what becomes of each batch and each call. Asked on the simulation's thread, once per job and once
/// per call. Draws should be keyed by what they are asked for (the request's number, the instant) and a seed, not taken from one stream, so that
/// two policies on the same trace meet the same luck (common random numbers).
/// </summary>
public interface ISimulatedVendor
{
    /// <summary>What providers of a kind can do; by default <see cref="SimulatedCapabilities.Full"/>.</summary>
    ProviderCapabilities CapabilitiesOf(string kind) => SimulatedCapabilities.Full;

    /// <summary>What becomes of a job, drawn when it is created.</summary>
    BatchFate DrawBatch(in BatchSubmission submission);

    /// <summary>What becomes of a call, drawn when it is sent and has passed <see cref="RequestsPerMinute"/>.</summary>
    CallFate DrawCall(in SimulatedCall call);

    /// <summary>Calls a minute that a deployment takes on a lane; beyond them it answers 429. Null: any number. Asked at each call, so it may change.</summary>
    int? RequestsPerMinute(string deployment, Lane lane, DateTimeOffset now) => null;
}

/// <summary>A job as it is created.</summary>
/// <param name="Deployment">At which deployment, e.g. <c>openai/gpt-4o</c>.</param>
/// <param name="Job">Numbered from 0 in the order of creation, over all deployments.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Requests">Its rows.</param>
/// <param name="InputTokens">Of all rows.</param>
public readonly record struct BatchSubmission(string Deployment, long Job, DateTimeOffset At, int Requests, long InputTokens);

/// <summary>
/// What becomes of a job. Rows run evenly between <see cref="StartsAt"/> and the turnaround; a job that is not through when its window closes
/// expires, and one that is cancelled stops a little later. Rows that ran until then are billed.
/// </summary>
/// <param name="Turnaround">From create to completion; null is never.</param>
public readonly record struct BatchFate(TimeSpan? Turnaround)
{
    /// <summary>The share of the turnaround after which the first row runs, from 0 to 1.</summary>
    public double StartsAt { get; init; }

    /// <summary>From a cancel to the job's end; rows go on meanwhile.</summary>
    public TimeSpan CancelLag { get; init; }

    /// <summary>Why create is refused, for certain and unbilled; null: it is not.</summary>
    public ProviderErrorKind? Refusal { get; init; }
}

/// <summary>A call as it is sent.</summary>
/// <param name="Deployment">To which deployment.</param>
/// <param name="Lane">Real time or flex.</param>
/// <param name="Number">The request's number in the trace.</param>
/// <param name="At">When, UTC.</param>
/// <param name="InputTokens">Cached ones included.</param>
/// <param name="OutputTokens">Of the answer that it will get.</param>
public readonly record struct SimulatedCall(string Deployment, Lane Lane, long Number, DateTimeOffset At, int InputTokens, int OutputTokens);

/// <summary>What becomes of a call.</summary>
/// <param name="Latency">From sending to the whole answer, or to the error.</param>
public readonly record struct CallFate(TimeSpan Latency)
{
    /// <summary>How it fails, unbilled; null: it is answered. A flex tier that is full refuses as <see cref="ProviderErrorKind.RateLimited"/>.</summary>
    public ProviderErrorKind? Error { get; init; }

    /// <summary>How long the provider asks to wait after an error.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
