using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Vertex;

/// <summary>Vertex AI's batch prediction jobs, which read from and write to Cloud Storage. Named and labelled by our fingerprint.</summary>
internal sealed partial class VertexJobs(TimeProvider clock, ILogger logger)
{
    private readonly JsonCalls _calls = new(clock);

    public async Task<ProviderBatch> CreateAsync(Binding binding, string inputFile, string output, string fingerprint, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("displayName", VertexJobObject.NamePrefix + fingerprint);
            json.WriteString("model", VertexModel.Of(binding.Deployment).PlainResource);
            json.WriteStartObject("inputConfig");
            json.WriteString("instancesFormat", "jsonl");
            json.WriteStartObject("gcsSource");
            json.WriteStartArray("uris");
            json.WriteStringValue(inputFile);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("outputConfig");
            json.WriteString("predictionsFormat", "jsonl");
            json.WriteStartObject("gcsDestination");
            json.WriteString("outputUriPrefix", output);
            json.WriteEndObject();
            json.WriteEndObject();

            // Labels show up in the bill; they take no dots.
            json.WriteStartObject("labels");
            json.WriteString("leeway_batch", fingerprint.Replace('.', '-'));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, Path(binding), content, cancellationToken);
        return Read(binding, answer.RootElement);
    }

    public async Task<ProviderBatch> GetAsync(Binding binding, string job, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, Path(binding, job), null, cancellationToken);
        return Read(binding, answer.RootElement);
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Binding binding, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            string path = Path(binding) + "?pageSize=100" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, path, null, cancellationToken);
            bool anyRecent = false;
            foreach (JsonElement item in answer.RootElement.Items("batchPredictionJobs"))
            {
                // No order is promised: only a page that is old as a whole ends the search.
                bool isOld = item.UnixSeconds("createTime") < since.ToUnixTimeSeconds();
                anyRecent |= !isOld;
                if (!isOld && VertexJobObject.FingerprintOf(item) is not null)
                {
                    yield return Read(binding, item);
                }
            }

            string? next = answer.RootElement.Word("nextPageToken");
            token = anyRecent && next is { Length: > 0 } && next != token ? next : null;
        }
        while (token is not null);
    }

    public async Task CancelAsync(Binding binding, string job, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, Path(binding, job) + ":cancel", content, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 400 or 409)
        {
            // Refused because it has ended, or for a reason that the caller must hear of.
            if ((await GetAsync(binding, job, cancellationToken)).Status < ProviderBatchStatus.Cancelling)
            {
                throw;
            }
        }
    }

    private static string Path(Binding binding) => VertexAddresses.Parent(binding.Deployment) + "/batchPredictionJobs";

    /// <summary>An id as a path segment. Dots alone would walk up the path.</summary>
    private static string Path(Binding binding, string job) => job.AsSpan().IndexOfAnyExcept('.') >= 0
        ? $"{Path(binding)}/{Uri.EscapeDataString(job)}"
        : throw Failures.Malformed(binding.Deployment, $"knows no job '{job}'");

    private ProviderBatch Read(Binding binding, JsonElement json)
    {
        ProviderBatch batch = VertexJobObject.Read(json, out string? unknownState)
            ?? throw Failures.Malformed(binding.Deployment, "answered a job without a name");
        if (unknownState is not null)
        {
            LogUnknownState(logger, binding.Deployment.Id, batch.Id, unknownState);
        }

        return batch;
    }

    [LoggerMessage(5401, LogLevel.Warning, "Deployment {Deployment}: job {Job} has the unknown state '{State}'; it counts as in progress")]
    private static partial void LogUnknownState(ILogger logger, string deployment, string job, string state);
}
