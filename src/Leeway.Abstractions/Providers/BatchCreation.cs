using System.IO.Pipelines;

namespace Leeway;

/// <summary>What a provider's job is created from.</summary>
/// <param name="InputFile">The provider's id of the uploaded input.</param>
/// <param name="Endpoint">The client's endpoint.</param>
/// <param name="Fingerprint">What lets the job be found again if the answer is lost.</param>
/// <param name="WriteInput">Writes the lines, once, for vendors whose create takes the requests themselves.</param>
public sealed record BatchCreation(string InputFile, string Endpoint, string Fingerprint, Func<PipeWriter, CancellationToken, Task> WriteInput);
