using System.Runtime.CompilerServices;
using Leeway.Files;
using Leeway.Gateway.Access;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>
/// What becomes of the lines of a batch that was cancelled while they were being accepted: those that had not had their turn are cancelled
/// as well, so that here too every line ends in exactly one file.
/// </summary>
internal sealed class LinesNeverAccepted(LineIntake lines, IFileContents contents, IConfigSource config)
{
    /// <summary>Whether a batch may have such lines.</summary>
    public static bool Has(ClientBatch batch) => batch is { State: ClientBatchState.Cancelling, InProgressAt: null };

    /// <summary>Reads them from the batch's file.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="accepted">The custom ids of the lines that are requests.</param>
    /// <param name="refused">The numbers of the lines that were found bad before.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<(EndedLine? Line, LineProblem? Problem)> ReadAsync(
        ClientBatch batch, IReadOnlySet<string> accepted, IReadOnlySet<int> refused, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream? content = contents.Open(batch.InputFile.Value);
        if (content is null)
        {
            yield break;
        }

        await using (content)
        {
            Principal caller = lines.CallerOf(batch);
            var ids = new CustomIds();
            await foreach (FileLine line in FileLines.ReadAsync(content, BatchFileLimits.Of(config.Current.Server.Limits).LineBytes, cancellationToken))
            {
                NewRequest? request = lines.Read(line, batch, caller, ids, out LineProblem? problem);
                if (request is not null ? !accepted.Contains(request.CustomId!) : !refused.Contains(line.Number))
                {
                    yield return (request is null ? null : new EndedLine(request.Id, request.CustomId!, RequestState.Cancelled, null), problem);
                }
            }
        }
    }
}
