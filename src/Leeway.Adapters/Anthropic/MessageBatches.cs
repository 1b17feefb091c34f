using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Anthropic;

/// <summary>
/// Anthropic's Message Batches. Requests travel in the create call itself, and a batch carries no metadata of ours: whose it is shows in
/// the correlation ids of its results, once it has ended.
/// </summary>
internal sealed partial class MessageBatches(TimeProvider clock, ILogger logger)
{
    /// <summary>Stands for an input that is in no file.</summary>
    public const string Inline = "inline";

    private const string Path = "/messages/batches";

    // A first row is as long as an answer; more is read than is needed only where rows are short.
    private const int FirstRowBytes = 4 * 1024 * 1024;

    private readonly JsonCalls _calls = new(clock);

    public async Task<ProviderBatch> CreateAsync(Binding binding, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using var content = new InlineRequests(writeInput, patience);
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, Path, content, patience, cancellationToken);
            return Read(binding, answer.RootElement, null);
        }
        catch (ProviderException) when (content.InputFailure is { } failure)
        {
            // The body broke off within its array, which is no JSON: nothing was created.
            throw failure as ProviderException ?? new ProviderException(
                new ProviderError(ProviderErrorKind.ConnectFailed, $"The input of a batch could not be written: {failure.Message}"), failure);
        }
        finally
        {
            await content.Ended;
        }
    }

    public async Task<ProviderBatch> GetAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, PathOf(binding, batch), null, cancellationToken);
        return Read(binding, answer.RootElement, null);
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Binding binding, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            string page = Path + "?limit=100" + (after is null ? "" : $"&after_id={Uri.EscapeDataString(after)}");
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, page, null, cancellationToken);
            JsonElement root = answer.RootElement;
            if (root.Member("data") is not { ValueKind: JsonValueKind.Array })
            {
                throw Failures.Malformed(binding.Deployment, "answered a list without data");
            }

            string? last = null;
            foreach (JsonElement item in root.Items("data"))
            {
                last = item.Word("id");
                if (item.UnixSeconds("created_at") < since.ToUnixTimeSeconds())
                {
                    yield break;
                }

                string? member = IsEnded(item) ? await FirstMemberAsync(binding, item, cancellationToken) : null;
                yield return Read(binding, item, member);
            }

            // A page that does not move on would be asked for forever.
            if (last is null || last == after || root.Member("has_more") is not { ValueKind: JsonValueKind.True })
            {
                yield break;
            }

            after = last;
        }
    }

    public async Task CancelAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, PathOf(binding, batch) + "/cancel", null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 400 or 409)
        {
            // Refused because it has ended, or for a reason that the caller must hear of.
            ProviderBatch now = await GetAsync(binding, batch, cancellationToken);
            if (now.Status < ProviderBatchStatus.Cancelling)
            {
                throw;
            }
        }
    }

    /// <summary>Opens a batch's results. Their address is made from its id: the one the provider gives could lead anywhere.</summary>
    public Task<Stream> OpenResultsAsync(Binding binding, string batch, CancellationToken cancellationToken) =>
        _calls.OpenAsync(binding, PathOf(binding, batch) + "/results", cancellationToken);

    public async Task DeleteAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Delete, PathOf(binding, batch), null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode == 404)
        {
            // Gone is what was asked for.
        }
    }

    private async Task<string?> FirstMemberAsync(Binding binding, JsonElement item, CancellationToken cancellationToken)
    {
        if (item.Word("id") is not { } id)
        {
            return null;
        }

        try
        {
            await using Stream results = await OpenResultsAsync(binding, id, cancellationToken);
            return await FirstRow.ReadIdAsync(results, FirstRowBytes, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 404 or 410)
        {
            // Archived or deleted: nobody can tell any more.
            return null;
        }
    }

    private ProviderBatch Read(Binding binding, JsonElement json, string? member)
    {
        if (json.Word("id") is not { Length: > 0 } id || json.Word("processing_status") is not { } status)
        {
            throw Failures.Malformed(binding.Deployment, "answered a batch without id or status");
        }

        bool ended = status == "ended";
        if (status is not ("in_progress" or "canceling" or "ended"))
        {
            LogUnknownStatus(logger, binding.Deployment.Id, id, status);
        }

        JsonElement? counts = json.Member("request_counts");
        int Count(string name) => counts?.Count(name) ?? 0;
        return new ProviderBatch
        {
            Id = id,
            Status = !ended ? status == "canceling" ? ProviderBatchStatus.Cancelling : ProviderBatchStatus.InProgress
                : json.Member("cancel_initiated_at") is null ? ProviderBatchStatus.Completed : ProviderBatchStatus.Cancelled,
            MemberId = member,
            Requests = counts is null ? null : Count("processing") + Count("succeeded") + Count("errored") + Count("canceled") + Count("expired"),
            OutputFile = ended ? id : null,

            // All but one of the counters stay zero until the end.
            Completed = ended ? Count("succeeded") : null,
            Failed = ended ? Count("errored") + Count("canceled") + Count("expired") : null,
        };
    }

    private static bool IsEnded(JsonElement json) => json.Word("processing_status") == "ended";

    /// <summary>An id as a path segment. Dots alone would walk up the path.</summary>
    private static string PathOf(Binding binding, string id) => id.AsSpan().IndexOfAnyExcept('.') >= 0
        ? $"{Path}/{Uri.EscapeDataString(id)}"
        : throw Failures.Malformed(binding.Deployment, $"knows no id '{id}'");

    [LoggerMessage(5201, LogLevel.Warning, "Deployment {Deployment}: batch {Batch} has the unknown status '{Status}'; it counts as in progress")]
    private static partial void LogUnknownStatus(ILogger logger, string deployment, string batch, string status);
}
