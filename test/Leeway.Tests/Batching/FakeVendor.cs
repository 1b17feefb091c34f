using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Leeway.Adapters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Batching;

/// <summary>A job as the fake vendor keeps it.</summary>
internal sealed record FakeJob(string Id, string Fingerprint, string InputFile, DateTimeOffset CreatedAt)
{
    public ProviderBatchStatus Status { get; set; } = ProviderBatchStatus.Validating;

    public string? OutputFile { get; set; }

    public string? ErrorFile { get; set; }

    public int? Completed { get; set; }

    public string? ErrorCode { get; set; }

    public bool Listed { get; set; } = true;

    public int Cancels { get; set; }

    /// <summary>Whether the vendor keeps metadata; without it an ended job tells a member's id and nothing else.</summary>
    public bool HasMetadata { get; set; } = true;

    public string? MemberId { get; set; }

    public int? Requests { get; set; }

    public ProviderBatch Read() => new()
    {
        Id = Id,
        Status = Status,
        Fingerprint = HasMetadata ? Fingerprint : null,
        MemberId = MemberId,
        Requests = Requests,

        // Where there is no metadata, requests travel in the create and are in no file.
        InputFile = HasMetadata ? InputFile : null,
        OutputFile = OutputFile,
        ErrorFile = ErrorFile,
        Completed = Completed,
        Failed = Completed is null ? null : 0,
        ErrorCode = ErrorCode,
    };
}

/// <summary>A vendor in memory whose every step can be scripted: for what the sandbox cannot do. Lines and rows are OpenAI's, read by the real adapter.</summary>
internal sealed class FakeVendor(TimeProvider clock) : IProvider, IBatchProvider
{
    private readonly IProvider _wire = ProviderSet.CreateAll(clock, NullLoggerFactory.Instance).First(provider => provider.Kind == "openai");
    private int _next;

    public const string GoodAnswer = """{"id":"c","choices":[{"index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}""";

    public string Kind => "openai";

    public ProviderCapabilities Capabilities { get; set; } = new()
    {
        Endpoints = new HashSet<string> { "/v1/chat/completions", "/v1/embeddings" },
        BatchEndpoints = new HashSet<string> { "/v1/chat/completions", "/v1/embeddings" },
    };

    public List<FakeJob> Jobs { get; } = [];

    public Dictionary<string, (string Name, byte[] Bytes)> Files { get; } = [];

    public List<string> Deleted { get; } = [];

    public int Creates { get; private set; }

    public int Uploads { get; private set; }

    public int Gets { get; private set; }

    /// <summary>What the next creates do with the function that really makes the job.</summary>
    public Queue<Func<Func<FakeJob>, FakeJob>> CreateScript { get; } = new();

    public Exception? UploadFails { get; set; }

    public Exception? ListFails { get; set; }

    public Exception? GetFails { get; set; }

    public Exception? CancelFails { get; set; }

    public Exception? OpenFails { get; set; }

    /// <summary>What the next real-time calls answer; afterwards good answers.</summary>
    public Queue<Func<Deployment, CancellationToken, Task<ProviderAnswer>>> Answers { get; } = new();

    public List<(string Deployment, DateTimeOffset At)> Calls { get; } = [];

    /// <summary>Which of <see cref="Calls"/> asked for the flex tier.</summary>
    public List<bool> OnFlexTier { get; } = [];

    /// <summary>The vendor with a flex tier.</summary>
    public static FakeVendor WithFlex(TimeProvider clock)
    {
        var vendor = new FakeVendor(clock);
        vendor.Capabilities = vendor.Capabilities with { FlexEndpoints = new HashSet<string> { "/v1/chat/completions" } };
        return vendor;
    }

    public static ProviderException Fails(ProviderErrorKind kind, TimeSpan? retryAfter = null) => new(new ProviderError(kind, $"scripted {kind}") { RetryAfter = retryAfter });

    public static ProviderAnswer Refuses(ProviderErrorKind kind, TimeSpan? retryAfter = null, int status = 429) =>
        new(status, "application/json", null, new ProviderError(kind, $"scripted {kind}") { RetryAfter = retryAfter, StatusCode = status }, null);

    public static ProviderAnswer Json(string body) => Body(new MemoryStream(Encoding.UTF8.GetBytes(body)), "application/json");

    public static ProviderAnswer Body(Stream body, string contentType = "text/event-stream", bool usageIsOurs = false) =>
        new(200, contentType, body, null, body) { UsageEventIsOurs = usageIsOurs };

    public static string Row(RequestId id, int status = 200, string? body = null) =>
        $$$"""{"id":"r","custom_id":"{{{id}}}","response":{"status_code":{{{status}}},"request_id":"x","body":{{{body ?? GoodAnswer}}}},"error":null}""";

    public static string NotRun(RequestId id, string code) => $$$"""{"id":"r","custom_id":"{{{id}}}","response":null,"error":{"code":"{{{code}}}","message":"no"}}""";

    /// <summary>Ends a job with the given lines; null leaves the file out.</summary>
    public void End(FakeJob job, IEnumerable<string>? output, IEnumerable<string>? errors = null, ProviderBatchStatus status = ProviderBatchStatus.Completed)
    {
        job.Status = status;
        job.OutputFile = Store("out", output);
        job.ErrorFile = Store("err", errors);
    }

    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken)
    {
        lock (Calls)
        {
            Calls.Add((deployment.Id, clock.GetUtcNow()));
            OnFlexTier.Add(call.OnFlexTier);
            return Answers.TryDequeue(out Func<Deployment, CancellationToken, Task<ProviderAnswer>>? answer)
                ? answer(deployment, cancellationToken)
                : Task.FromResult(Json(GoodAnswer));
        }
    }

    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult(new ProviderProbe(deployment.BaseUrl, 200, clock.GetUtcNow(), null));

    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _wire.FindUncarried(deployment, endpoint, body);

    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => _wire.ReadUsage(endpoint, json);

    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment) =>
        ((IBatchProvider)_wire).WriteLine(output, id, endpoint, body, deployment);

    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => ((IBatchProvider)_wire).ReadRow(endpoint, line, deployment);

    public async Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        Uploads++;
        Throw(UploadFails);
        var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        await writeInput(writer, cancellationToken);
        await writer.CompleteAsync();
        string id = $"file-{++_next}";
        Files[id] = (fileName, stream.ToArray());
        return id;
    }

    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken)
    {
        Creates++;
        FakeJob Make()
        {
            var job = new FakeJob($"job-{++_next}", creation.Fingerprint, creation.InputFile, clock.GetUtcNow());
            Jobs.Add(job);
            return job;
        }

        return Task.FromResult((CreateScript.TryDequeue(out Func<Func<FakeJob>, FakeJob>? step) ? step(Make) : Make()).Read());
    }

    public Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken)
    {
        Gets++;
        Throw(GetFails);
        return Task.FromResult((Jobs.Find(job => job.Id == providerBatch) ?? throw Fails(ProviderErrorKind.NotFound)).Read());
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        Throw(ListFails);
        foreach (FakeJob job in Jobs.Where(job => job.Listed && job.CreatedAt >= since).Reverse().ToList())
        {
            yield return job.Read();
        }
    }

    public Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken)
    {
        Throw(CancelFails);
        FakeJob job = Jobs.Single(job => job.Id == providerBatch);
        job.Cancels++;
        job.Status = job.Status < ProviderBatchStatus.Completed ? ProviderBatchStatus.Cancelling : job.Status;
        return Task.CompletedTask;
    }

    public Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken)
    {
        Throw(OpenFails);
        return Task.FromResult<Stream>(new MemoryStream((Files.TryGetValue(file, out (string Name, byte[] Bytes) found) ? found : throw Fails(ProviderErrorKind.NotFound)).Bytes));
    }

    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken)
    {
        Deleted.Add(file);
        Files.Remove(file);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Files.Where(file => file.Value.Name == fileName).Select(file => file.Key)]);

    private string? Store(string name, IEnumerable<string>? lines)
    {
        if (lines is null)
        {
            return null;
        }

        string id = $"{name}-{++_next}";
        Files[id] = (name, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return id;
    }

    private static void Throw(Exception? exception)
    {
        if (exception is not null)
        {
            throw exception;
        }
    }
}
