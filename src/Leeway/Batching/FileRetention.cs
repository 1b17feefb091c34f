using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>Deletes a collected batch's files at the provider once their retention is over, and uploads whose answer was lost.</summary>
public sealed partial class FileRetention(
    IBatchStore store, BatchProviders providers, RouteTable routes, TimeProvider clock, ILogger<FileRetention> logger)
{
    /// <summary>Deletes what is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (BatchRecord batch in await store.LoadWithFilesAsync(now, cancellationToken))
        {
            if (routes.FindDeployment(batch.Group.Deployment) is not { } deployment || now - batch.CollectedAt < deployment.FileRetention)
            {
                continue;
            }

            try
            {
                IBatchProvider provider = providers.For(deployment);
                IReadOnlyList<string> uploads = await provider.FindFilesAsync(deployment, BatchSubmitter.FileName(batch), cancellationToken);
                foreach (string file in uploads.Concat(new[] { batch.InputFile, batch.OutputFile, batch.ErrorFile }.OfType<string>()).Distinct())
                {
                    await provider.DeleteFileAsync(deployment, file, cancellationToken);
                }

                await store.UpdateAsync(batch with { FilesDeleted = true }, batch.State, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, batch.Id, exception.Message);
            }
        }
    }

    [LoggerMessage(EventId = 2601, Level = LogLevel.Warning, Message = "{Batch}: files could not be deleted and stay for the next round: {Message}")]
    private static partial void LogFailed(ILogger logger, BatchId batch, string message);
}
