using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>The batch and file API of OpenAI and of those who copy it.</summary>
/// <param name="dialect">How the copy departs from the original.</param>
/// <param name="clock">The clock behind timeouts.</param>
/// <param name="logger">Where oddities of the provider are noted.</param>
internal sealed partial class BatchWire(BatchDialect dialect, TimeProvider clock, ILogger logger)
{
    private readonly JsonCalls _calls = new(clock);
    private readonly FileReadiness _files = new(clock);
    private long _uploads;

    public async Task<string> UploadAsync(Binding binding, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        // JSON Lines of objects have no line that begins with two hyphens, so any boundary is safe.
        string boundary = "leeway-" + Interlocked.Increment(ref _uploads).ToString("x16", CultureInfo.InvariantCulture);
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using var content = new UploadContent(dialect.Purpose, dialect.FormNamesFile, fileName, boundary, writeInput, patience);
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, dialect.UploadPath, content, patience, cancellationToken);
            return answer.RootElement.Text("id") is { Length: > 0 } id ? id : throw Failures.Malformed(binding.Deployment, "took the file and gave no id");
        }
        catch (ProviderException) when (content.InputFailure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        finally
        {
            await content.Ended;
        }
    }

    public async Task<ProviderBatch> CreateAsync(Binding binding, string inputFile, string endpoint, string fingerprint, CancellationToken cancellationToken)
    {
        if (dialect.ProcessesFiles)
        {
            await _files.WaitAsync(binding, "/files/" + Segment(binding, inputFile), cancellationToken);
        }

        var body = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("input_file_id", inputFile);
            json.WriteString("endpoint", endpoint);
            json.WriteString("completion_window", "24h");
            if (dialect.HasMetadata)
            {
                json.WriteStartObject("metadata");
                json.WriteString("leeway", "1");
                json.WriteString(BatchObject.FingerprintKey, fingerprint);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, "/batches", content, cancellationToken);
        JsonElement created = answer.RootElement;
        return ReadBatch(binding, dialect.CreatedMember is { } member ? created.Member(member) ?? created : created);
    }

    public async Task<ProviderBatch> GetAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, "/batches/" + Segment(binding, batch), null, cancellationToken);
        return ReadBatch(binding, answer.RootElement);
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Binding binding, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The provider's instants are whole seconds.
        long first = since.ToUnixTimeSeconds();
        await foreach (JsonElement item in ItemsAsync(binding, dialect.Pages ? "/batches?limit=100" : "/batches", cancellationToken))
        {
            if (item.UnixSeconds("created_at") < first)
            {
                if (dialect.Pages)
                {
                    yield break;
                }

                continue;
            }

            if (!dialect.HasMetadata || item.Member("metadata")?.Text(BatchObject.FingerprintKey) is not null)
            {
                yield return ReadBatch(binding, item);
            }
        }
    }

    public async Task CancelAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, $"/batches/{Segment(binding, batch)}/cancel", null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 400 or 409)
        {
            // Refused because it has ended, or for a reason that the caller must hear of.
            ProviderBatch now = await GetAsync(binding, batch, cancellationToken);
            if (now.Status is ProviderBatchStatus.Validating or ProviderBatchStatus.InProgress or ProviderBatchStatus.Finalizing)
            {
                throw;
            }
        }
    }

    public Task<Stream> OpenFileAsync(Binding binding, string file, CancellationToken cancellationToken) =>
        _calls.OpenAsync(binding, $"/files/{Segment(binding, file)}/content", cancellationToken);

    public async Task DeleteFileAsync(Binding binding, string file, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Delete, "/files/" + Segment(binding, file), null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode == 404)
        {
            // Gone is what was asked for.
        }
    }

    public async Task<IReadOnlyList<string>> FindFilesAsync(Binding binding, string fileName, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (JsonElement item in ItemsAsync(binding, dialect.Pages ? "/files?purpose=batch" : "/files", cancellationToken))
        {
            if (item.Text("filename") == fileName && item.Text("id") is { } id)
            {
                found.Add(id);
            }
        }

        return found;
    }

    private async IAsyncEnumerable<JsonElement> ItemsAsync(Binding binding, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            string page = after is null ? path : $"{path}&after={Uri.EscapeDataString(after)}";
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, page, null, cancellationToken);
            JsonElement root = answer.RootElement;

            // An older version of one vendor's API says "value"; another vendor's list is nothing but the array.
            JsonElement? list = root.ValueKind == JsonValueKind.Array ? root : root.Member("data") ?? root.Member("value");
            if (list is not { ValueKind: JsonValueKind.Array } items)
            {
                throw Failures.Malformed(binding.Deployment, "answered a list without data");
            }

            string? last = null;
            foreach (JsonElement item in items.EnumerateArray())
            {
                last = item.Text("id");
                yield return item;
            }

            // A page that does not move on would be asked for forever.
            if (!dialect.Pages || last is null || last == after || root.Member("has_more") is { ValueKind: JsonValueKind.False })
            {
                yield break;
            }

            after = last;
        }
    }

    private ProviderBatch ReadBatch(Binding binding, JsonElement json)
    {
        ProviderBatch batch = BatchObject.Read(json, dialect.FailedRanNothing, out string? unknownStatus)
            ?? throw Failures.Malformed(binding.Deployment, "answered a batch without id or status");
        if (unknownStatus is not null)
        {
            LogUnknownStatus(logger, binding.Deployment.Id, batch.Id, unknownStatus);
        }

        return batch;
    }

    /// <summary>An id as a path segment. Dots alone would walk up the path.</summary>
    private static string Segment(Binding binding, string id) => id.AsSpan().IndexOfAnyExcept('.') >= 0
        ? Uri.EscapeDataString(id)
        : throw Failures.Malformed(binding.Deployment, $"knows no id '{id}'");
}
