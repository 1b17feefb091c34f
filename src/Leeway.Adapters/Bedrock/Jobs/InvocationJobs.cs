using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>
/// Bedrock's model invocation jobs. Our fingerprint is the token of a create, which makes repeating it harmless, and the job's name, by
/// which it is found.
/// </summary>
internal sealed partial class InvocationJobs(TimeProvider clock, ILogger logger)
{
    private const string Path = "/model-invocation-job";

    private readonly JsonCalls _calls = new(clock);

    /// <summary>The only call that makes a job.</summary>
    /// <param name="binding">The control plane.</param>
    /// <param name="files">Where the input is and the results go.</param>
    /// <param name="creation">What from.</param>
    /// <param name="isConverse">Whether rows are Converse's, and else the model's own.</param>
    /// <param name="window">How long it may take.</param>
    /// <param name="cancellationToken">Ends the call; whether a job was made is then unknown.</param>
    public async Task<ProviderBatch> CreateAsync(Binding binding, JobFiles files, BatchCreation creation, bool isConverse, TimeSpan window, CancellationToken cancellationToken)
    {
        Deployment deployment = binding.Deployment;
        string role = deployment.Cloud.Role ?? throw new ProviderException(new ProviderError(
            ProviderErrorKind.AuthenticationFailed, $"providers.{deployment.Provider}.role is not set: batches are read and written under a role of yours, e.g. arn:aws:iam::123456789012:role/leeway-batch."));
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("jobName", JobName.Of(creation.Fingerprint));
            json.WriteString("roleArn", role);
            json.WriteString("clientRequestToken", creation.Fingerprint);
            json.WriteString("modelId", deployment.BatchModel ?? deployment.Model);
            json.WriteString("modelInvocationType", isConverse ? "Converse" : "InvokeModel");
            json.WriteStartObject("inputDataConfig");
            json.WriteStartObject("s3InputDataConfig");
            json.WriteString("s3InputFormat", "JSONL");
            json.WriteString("s3Uri", files.AddressOf(creation.InputFile));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("outputDataConfig");
            json.WriteStartObject("s3OutputDataConfig");
            json.WriteString("s3Uri", files.OutputOf(creation.InputFile));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteNumber("timeoutDurationInHours", (int)Math.Clamp(Math.Ceiling(window.TotalHours), 24, 168));
            json.WriteEndObject();
        }

        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, Path, content, cancellationToken);
        return IdOf(answer.RootElement) is { } id
            ? new ProviderBatch { Id = id, Status = ProviderBatchStatus.Validating, Fingerprint = creation.Fingerprint, InputFile = creation.InputFile }
            : throw Failures.Malformed(deployment, "answered a create without the job's ARN");
    }

    public async Task<ProviderBatch> GetAsync(Binding binding, JobFiles files, string job, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, PathOf(binding, job), null, cancellationToken);
        ProviderBatch batch = Read(binding, files, answer.RootElement);
        return batch.Status >= ProviderBatchStatus.Completed && batch.InputFile is { } input
            ? batch with { OutputFile = await files.FindResultsAsync(input, batch.Id, cancellationToken) }
            : batch;
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Binding binding, JobFiles files, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        string query = $"{Path}s?submitTimeAfter={Uri.EscapeDataString(after)}&nameContains={JobName.Prefix}&maxResults=100&sortBy=CreationTime&sortOrder=Descending";
        string? next = null;
        do
        {
            using JsonDocument answer = await _calls.SendAsync(
                binding, HttpMethod.Get, next is null ? query : $"{query}&nextToken={Uri.EscapeDataString(next)}", null, cancellationToken);
            JsonElement root = answer.RootElement;
            if (root.Member("invocationJobSummaries") is not { ValueKind: JsonValueKind.Array })
            {
                throw Failures.Malformed(binding.Deployment, "answered a list without invocationJobSummaries");
            }

            foreach (JsonElement item in root.Items("invocationJobSummaries"))
            {
                if (JobName.FingerprintOf(item.Word("jobName")) is not null && (item.UnixSeconds("submitTime") is not { } at || at >= since.ToUnixTimeSeconds()))
                {
                    yield return Read(binding, files, item);
                }
            }

            // A page that does not move on would be asked for forever.
            string? token = root.Word("nextToken");
            next = token == next ? null : token;
        }
        while (next is { Length: > 0 });
    }

    public async Task CancelAsync(Binding binding, JobFiles files, string job, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Post, PathOf(binding, job) + "/stop", null, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode is 400 or 409)
        {
            // Refused because it has ended, or for a reason that the caller must hear of.
            using JsonDocument answer = await _calls.SendAsync(binding, HttpMethod.Get, PathOf(binding, job), null, cancellationToken);
            if (Read(binding, files, answer.RootElement).Status < ProviderBatchStatus.Cancelling)
            {
                throw;
            }
        }
    }

    private ProviderBatch Read(Binding binding, JobFiles files, JsonElement json)
    {
        if (IdOf(json) is not { } id || json.Word("status") is not { } status)
        {
            throw Failures.Malformed(binding.Deployment, "answered a job without ARN or status");
        }

        ProviderBatchStatus known = status switch
        {
            "Submitted" or "Validating" or "Scheduled" => ProviderBatchStatus.Validating,
            "InProgress" => ProviderBatchStatus.InProgress,
            "Stopping" => ProviderBatchStatus.Cancelling,
            "Completed" => ProviderBatchStatus.Completed,
            "Failed" => ProviderBatchStatus.Failed,
            "Stopped" => ProviderBatchStatus.Cancelled,

            // Never started, or ran out of time with what it had done in its results.
            "Expired" or "PartiallyCompleted" => ProviderBatchStatus.Expired,
            _ => 0,
        };
        if (known == 0)
        {
            LogUnknownStatus(logger, binding.Deployment.Id, id, status);
        }

        return new ProviderBatch
        {
            Id = id,
            Status = known == 0 ? ProviderBatchStatus.InProgress : known,
            Fingerprint = JobName.FingerprintOf(json.Word("jobName")),
            InputFile = files.KeyOf(json.Member("inputDataConfig")?.Member("s3InputDataConfig")?.Word("s3Uri")),
            Requests = json.Count("totalRecordCount"),
            Completed = json.Count("successRecordCount"),
            Failed = json.Count("errorRecordCount"),
            ErrorCode = known == ProviderBatchStatus.Failed ? "job_failed" : null,
            ErrorMessage = known == ProviderBatchStatus.Failed ? json.Word("message") : null,
        };
    }

    /// <summary>The id at the end of the ARN, under which results lie.</summary>
    private static string? IdOf(JsonElement json) => json.Word("jobArn") is { } arn && arn[(arn.LastIndexOf('/') + 1)..] is { Length: > 0 } id ? id : null;

    /// <summary>An id as a path segment. Dots alone would walk up the path.</summary>
    private static string PathOf(Binding binding, string id) => id.AsSpan().IndexOfAnyExcept('.') >= 0
        ? $"{Path}/{Uri.EscapeDataString(id)}"
        : throw Failures.Malformed(binding.Deployment, $"knows no id '{id}'");

    [LoggerMessage(5501, LogLevel.Warning, "Deployment {Deployment}: job {Batch} has the unknown status '{Status}'; it counts as in progress")]
    private static partial void LogUnknownStatus(ILogger logger, string deployment, string batch, string status);
}
