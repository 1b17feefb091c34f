using System.IO.Pipelines;

namespace Leeway;

/// <summary>
/// A vendor's batch API. Every method throws <see cref="ProviderException"/> on failure; <see cref="CreateAsync"/> is never retried
/// blindly (its outcome may be unknown), the others may be.
/// </summary>
public interface IBatchProvider
{
    /// <summary>The kind under which the configuration names it.</summary>
    string Kind { get; }

    /// <summary>
    /// Writes one member as a line of the input: correlation id, and the body with the deployment's model and without streaming,
    /// translated where <paramref name="endpoint"/>, the client's, is not the provider's.
    /// </summary>
    /// <returns>The bytes written, line feed included.</returns>
    int WriteLine(System.Buffers.IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment);

    /// <summary>
    /// Asks before acceptance whether a request that <paramref name="deployment"/> carries in real time can travel in its batches too: null,
    /// or the first member that cannot. It then goes in real time at its last safe moment.
    /// </summary>
    FieldProblem? FindUnbatchable(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => null;

    /// <summary>
    /// Uploads the input. <paramref name="writeInput"/> is called once and writes the lines; memory stays bounded. A vendor whose create
    /// takes the requests themselves uploads nothing and answers a fixed word.
    /// </summary>
    /// <returns>The provider's file id.</returns>
    Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken);

    /// <summary>Creates the job, with the fingerprint in its metadata where it has any.</summary>
    Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken);

    /// <summary>Reads the job's state.</summary>
    Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken);

    /// <summary>
    /// Every job created since <paramref name="since"/> that is or may be ours, newest first: those that carry one of our fingerprints;
    /// where jobs have no metadata, all of them.
    /// </summary>
    IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Asks the provider to stop. Cancelling what has already ended is no error.</summary>
    Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken);

    /// <summary>Opens a results file for reading.</summary>
    Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken);

    /// <summary>Reads one line of a results file. Never throws: what cannot be read is <see cref="BatchRowKind.Unreadable"/>.</summary>
    /// <param name="endpoint">The client's endpoint, in whose dialect the row's body comes back.</param>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="deployment">Whose job it is: rows may leave out what only it knows, such as the model's name.</param>
    BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment);

    /// <summary>Deletes a file; deleting what is gone is no error.</summary>
    Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken);

    /// <summary>Files of ours whose name is <paramref name="fileName"/>: uploads whose answer was lost.</summary>
    Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken);
}
