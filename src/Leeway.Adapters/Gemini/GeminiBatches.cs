using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Gemini;

/// <summary>
/// The Gemini API's batches. Small ones hold their requests and answers themselves, others are read from a file and write one. A batch's own
/// name stands for its results: they can be reached and deleted by way of it only.
/// </summary>
internal sealed partial class GeminiBatches(TimeProvider clock, ILogger logger)
{
    /// <summary>Stands for an input that is in no file.</summary>
    public const string Inline = "inline";

    // The vendor allows 20 MB; but answers come with each look at the batch, and with each list.
    private const long InlineBytes = 64 * 1024;

    private const int PageSize = 20;

    private readonly JsonCalls _calls = new(clock);
    private readonly GeminiFiles _files = new(new JsonCalls(clock), clock);

    public async Task<string> UploadAsync(Binding binding, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        await using SpooledInput input = await SpooledInput.WriteAsync(writeInput, cancellationToken);
        return input.Length <= InlineBytes ? Inline : await _files.UploadAsync(binding, fileName, input, cancellationToken);
    }

    public async Task<ProviderBatch> CreateAsync(Binding binding, BatchCreation creation, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> lines = creation.InputFile == Inline ? await CollectAsync(creation.WriteInput, cancellationToken) : default;
        var body = new ArrayBufferWriter<byte>(lines.Length + 256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("batch");
            json.WriteString("displayName", GeminiBatchObject.NamePrefix + creation.Fingerprint);
            json.WriteStartObject("inputConfig");
            if (creation.InputFile == Inline)
            {
                json.WriteStartObject("requests");
                json.WriteStartArray("requests");
                GeminiLine.WriteInline(json, lines);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("fileName", creation.InputFile);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        string path = $"/{GeminiAddresses.Version(binding.Deployment)}/{GeminiAddresses.ModelPath(binding.Deployment)}:batchGenerateContent";
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, path, content, cancellationToken);
        return Read(binding, answer.RootElement);
    }

    public async Task<ProviderBatch> GetAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, PathOf(binding, batch), null, cancellationToken);
        return Read(binding, answer.RootElement);
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Binding binding, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            string path = $"/{GeminiAddresses.Version(binding.Deployment)}/batches?pageSize={PageSize}" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, path, null, cancellationToken);
            bool anyRecent = false;
            foreach (JsonElement item in answer.RootElement.Items("operations"))
            {
                // No order is promised: only a page that is old as a whole ends the search.
                bool isOld = item.Member("metadata")?.UnixSeconds("createTime") < since.ToUnixTimeSeconds();
                anyRecent |= !isOld;
                if (!isOld && GeminiBatchObject.FingerprintOf(item) is not null)
                {
                    yield return Read(binding, item);
                }
            }

            string? next = answer.RootElement.Word("nextPageToken");
            token = anyRecent && next is { Length: > 0 } && next != token ? next : null;
        }
        while (token is not null);
    }

    public async Task CancelAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, PathOf(binding, batch) + ":cancel", EmptyObject(), cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 400 or 409)
        {
            // Refused because it has ended, or for a reason that the caller must hear of.
            if ((await GetAsync(binding, batch, cancellationToken)).Status < ProviderBatchStatus.Cancelling)
            {
                throw;
            }
        }
    }

    /// <summary>Opens the results of a batch, wherever they are, as lines.</summary>
    public async Task<Stream> OpenResultsAsync(Binding binding, string batch, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, PathOf(binding, batch), null, cancellationToken);
        JsonElement output = GeminiBatchObject.OutputOf(answer.RootElement)
            ?? throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{binding.Deployment.Id}': {batch} has no results."));
        return output.Word("responsesFile") is { Length: > 0 } file
            ? await _files.OpenAsync(binding, file, cancellationToken)
            : new MemoryStream(GeminiBatchObject.InlineRows(output), writable: false);
    }

    /// <summary>Deletes an input, or a batch with its results.</summary>
    public async Task DeleteAsync(Binding binding, string name, CancellationToken cancellationToken)
    {
        if (name == Inline)
        {
            return;
        }

        if (!name.StartsWith("batches/", StringComparison.Ordinal))
        {
            await _files.DeleteAsync(binding, name, cancellationToken);
            return;
        }

        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Delete, PathOf(binding, name), null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode == 404)
        {
            // Gone is what was asked for.
        }
    }

    public Task<IReadOnlyList<string>> FindFilesAsync(Binding binding, string fileName, CancellationToken cancellationToken) => _files.FindAsync(binding, fileName, cancellationToken);

    private static async Task<ReadOnlyMemory<byte>> CollectAsync(Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        var memory = new MemoryStream();
        PipeWriter writer = PipeWriter.Create(memory, new StreamPipeWriterOptions(leaveOpen: true));
        await writeInput(writer, cancellationToken);
        await writer.CompleteAsync();
        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    private static ByteArrayContent EmptyObject()
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return content;
    }

    private static string PathOf(Binding binding, string batch) => $"/{GeminiAddresses.Version(binding.Deployment)}/{GeminiAddresses.Segments(binding, batch, "batches")}";

    private ProviderBatch Read(Binding binding, JsonElement json)
    {
        ProviderBatch batch = GeminiBatchObject.Read(json, out string? unknownState)
            ?? throw Failures.Malformed(binding.Deployment, "answered a batch without a name");
        if (unknownState is not null)
        {
            LogUnknownState(logger, binding.Deployment.Id, batch.Id, unknownState);
        }

        return batch;
    }

    [LoggerMessage(5301, LogLevel.Warning, "Deployment {Deployment}: {Batch} has the unknown state '{State}'; it counts as in progress")]
    private static partial void LogUnknownState(ILogger logger, string deployment, string batch, string state);
}
