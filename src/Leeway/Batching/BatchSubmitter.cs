using System.IO.Pipelines;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Brings sealed batches to their provider, once.
/// <list type="number">
/// <item>Wait while the deployment is paused or its enqueued-token limit has no room.</item>
/// <item>Write the intent, with a new fingerprint.</item>
/// <item>Upload the input and save its id.</item>
/// <item>Create the job, with the fingerprint in its metadata.</item>
/// <item>Save the job's id.</item>
/// </list>
/// A create whose outcome is unknown (an answer lost, a process killed) is never repeated blindly: see <see cref="BatchAdopter"/>. Where the
/// vendor knows a create by its fingerprint and lists no job, it is repeated under the same one.
/// </summary>
public sealed partial class BatchSubmitter(
    BatchTable table, QueueIndex index, IBatchStore store, BatchProviders providers, RouteTable routes, BatchAdopter adopter, TurnaroundForecast turnarounds, NodeStanding standing, IConfigSource config, TimeProvider clock,
    ILogger<BatchSubmitter> logger)
{
    // The outcome of members' attempts when the provider does not take their batch.
    private const string Refused = "batch_refused";

    /// <summary>Submits every batch that can go now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (BatchRecord batch in table.ToSubmit)
        {
            if (standing.MayPay
                && batch.IsDue(clock.GetUtcNow(), config.Current.Lanes.Batch.Quarantine.LookEvery)
                && table.TryEnter(batch.Id))
            {
                try
                {
                    await AdvanceAsync(batch, cancellationToken);
                }
                catch (ProviderException exception)
                {
                    await BackOffAsync(batch.Id, exception.Error, cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The others must not wait for this one. What it last saved decides how it goes on in the next round.
                    LogFailure(logger, batch.Id, exception);
                }
                finally
                {
                    table.Leave(batch.Id);
                }
            }
        }
    }

    private async Task AdvanceAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        if (routes.FindDeployment(batch.Group.Deployment) is not { } deployment)
        {
            return;
        }

        IBatchProvider provider = providers.For(deployment);
        if (batch.State == BatchState.Sealed)
        {
            int? members = index.OpenMembers(batch.Id);
            if (members is null)
            {
                return;
            }

            if (members == 0)
            {
                await adopter.AbandonAsync(batch with { Note = "every member was cancelled or rescued before it was sent" }, "not_sent", deployment, provider, cancellationToken);
                return;
            }

            // 1.
            if (table.Pauses.EndOf(deployment.Id) is not null)
            {
                return;
            }

            long enqueued = table.EnqueuedTokens(deployment.Id);
            if (deployment.EnqueuedTokenLimit is { } limit && enqueued > 0 && enqueued + batch.EstimatedInputTokens > limit)
            {
                return;
            }

            // 2.
            BatchRecord intended = batch with { State = BatchState.Submitting, CreateAttempt = batch.CreateAttempt + 1, IntendedAt = clock.GetUtcNow(), NextPollAt = null };
            if (deployment.EnqueuedTokenLimit is { } most)
            {
                if (await table.EnqueueAsync(store, batch, intended, most, cancellationToken) != true)
                {
                    // Other nodes have the room, or the batch is no longer what it was.
                    return;
                }

                batch = intended;
            }
            else
            {
                batch = await SaveAsync(batch, intended, cancellationToken);
            }

            FailPoint.Hit(FailPoint.AfterIntent);
        }
        else if (batch.InputFile is not null)
        {
            // An earlier create may have happened.
            if (!await adopter.ResolveAsync(batch, deployment, provider, providers.MayRepeatCreate(deployment), cancellationToken))
            {
                return;
            }
        }

        await SubmitAsync(batch, deployment, provider, cancellationToken);
    }

    private async Task SubmitAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        // 3.
        if (batch.InputFile is null)
        {
            string file;
            try
            {
                file = await provider.UploadAsync(
                    deployment, FileName(batch), (writer, token) => WriteInputAsync(batch, deployment, provider, writer, token), cancellationToken);
            }
            catch (ProviderException exception) when (exception.Error.Kind == ProviderErrorKind.InvalidRequest)
            {
                await adopter.AbandonAsync(batch with { Note = exception.Error.Message }, Refused, deployment, provider, cancellationToken);
                return;
            }

            FailPoint.Hit(FailPoint.AfterUpload);
            batch = await SaveAsync(batch, batch with { InputFile = file }, cancellationToken);
            FailPoint.Hit(FailPoint.AfterInputFileSaved);
        }

        // 4. An upload may have outlasted the lease.
        if (!standing.MayPay)
        {
            return;
        }

        ProviderBatch created;
        try
        {
            var creation = new BatchCreation(
                batch.InputFile!, batch.Group.Endpoint, batch.Fingerprint, (writer, token) => WriteInputAsync(batch, deployment, provider, writer, token));
            created = await provider.CreateAsync(deployment, creation, cancellationToken);
        }
        catch (ProviderException exception)
        {
            await CreateFailedAsync(batch, deployment, provider, exception.Error, cancellationToken);
            return;
        }

        FailPoint.Hit(FailPoint.AfterCreate);

        // 5.
        turnarounds.Submitted(await SaveAsync(batch, adopter.Submitted(batch, created), cancellationToken));
        table.Pauses.End(deployment.Id);
        LogSubmitted(logger, batch.Id, created.Id, batch.Requests);
        FailPoint.Hit(FailPoint.AfterBatchIdSaved);
    }

    private async Task CreateFailedAsync(
        BatchRecord batch, Deployment deployment, IBatchProvider provider, ProviderError error, CancellationToken cancellationToken)
    {
        string note = $"create: {error.Message}";
        if (error.MayHaveCharged || error.Kind == ProviderErrorKind.ServerError)
        {
            LogUnknown(logger, batch.Id, error.Kind);
            if (await adopter.ResolveAsync(batch with { Note = note }, deployment, provider, providers.MayRepeatCreate(deployment), cancellationToken))
            {
                await adopter.QuarantineAsync(batch, note, cancellationToken);
            }

            return;
        }

        if (batch.State == BatchState.Quarantined)
        {
            // The repetition failed for certain, which tells nothing of the create that it repeats.
            await adopter.QuarantineAsync(batch, note, cancellationToken);
            return;
        }

        if (error.Kind is ProviderErrorKind.InvalidRequest or ProviderErrorKind.NotFound)
        {
            // The provider will never take this input, or knows no such model: the members go back and, after a few such tries, in real time.
            await adopter.AbandonAsync(batch with { Note = error.Message }, Refused, deployment, provider, cancellationToken);
            return;
        }

        await BackOffAsync(batch.Id, error, cancellationToken);
    }

    // The job does not exist for certain; the input stays where it is, and the intent goes back to sealed.
    private async Task BackOffAsync(BatchId id, ProviderError error, CancellationToken cancellationToken)
    {
        if (table.Find(id) is not { State: BatchState.Submitting } batch)
        {
            return;
        }

        table.Pauses.Begin(batch.Group.Deployment, error.RetryAfter);
        LogBackOff(logger, batch.Id, error.Kind, error.Message);
        await SaveAsync(batch, batch with { State = BatchState.Sealed, Note = error.Message }, cancellationToken);
    }

    private async Task WriteInputAsync(
        BatchRecord batch, Deployment deployment, IBatchProvider provider, PipeWriter writer, CancellationToken cancellationToken)
    {
        const int FlushBytes = 64 * 1024;
        int unflushed = 0;
        await foreach (BatchMember member in store.ReadMembersAsync(batch.Id, cancellationToken))
        {
            unflushed += provider.WriteLine(writer, member.Id, batch.Group.Endpoint, member.Body.Span, deployment);
            if (unflushed >= FlushBytes)
            {
                await writer.FlushAsync(cancellationToken);
                unflushed = 0;
            }
        }

        await writer.FlushAsync(cancellationToken);
    }

    private async Task<BatchRecord> SaveAsync(BatchRecord before, BatchRecord after, CancellationToken cancellationToken)
    {
        return await table.SaveAsync(store, before, after, cancellationToken)
            ? after
            : throw new InvalidOperationException($"{before.Id} is no longer {before.State}.");
    }

    internal static string FileName(BatchRecord batch) => $"leeway-{batch.Id}.jsonl";

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "{Batch} submitted as {ProviderBatch} with {Requests} requests")]
    private static partial void LogSubmitted(ILogger logger, BatchId batch, string providerBatch, int requests);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "{Batch}: whether create happened is unknown ({Kind}); looking for it")]
    private static partial void LogUnknown(ILogger logger, BatchId batch, ProviderErrorKind kind);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "{Batch} could not be brought on; it is tried again")]
    private static partial void LogFailure(ILogger logger, BatchId batch, Exception exception);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning, Message = "{Batch} could not be submitted ({Kind}): {Message}")]
    private static partial void LogBackOff(ILogger logger, BatchId batch, ProviderErrorKind kind, string message);
}
