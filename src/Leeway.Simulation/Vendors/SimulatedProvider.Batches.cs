using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Leeway.Simulation.Vendors;

// The batch API: inputs are lists of rows, jobs are looked at when somebody asks, files are written while they are read.
internal sealed partial class SimulatedProvider
{
    private readonly Dictionary<string, SimulatedRow[]> _inputs = [];
    private readonly Dictionary<string, SimulatedJob> _jobs = [];
    private List<SimulatedRow>? _upload;
    private long _uploads;
    private long _created;

    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment)
    {
        SimulatedBody read = SimulatedBody.Read(body);
        _upload!.Add(new SimulatedRow(id, read.Input, read.Cached, read.Output));
        return 0;
    }

    public async Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        _upload = [];
        await writeInput(PipeWriter.Create(Stream.Null), cancellationToken);
        string file = string.Create(CultureInfo.InvariantCulture, $"file-{kind}-{_uploads++}");
        _inputs.Add(file, [.. _upload]);
        _upload = null;
        return file;
    }

    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        SimulatedRow[] rows = _inputs[creation.InputFile];
        BatchFate fate = vendor.DrawBatch(new BatchSubmission(deployment.Id, _created++, now, rows.Length, rows.Sum(row => (long)row.Input)));
        if (fate.Refusal is { } refusal)
        {
            throw new ProviderException(Refused(refusal, null).Error!);
        }

        string id = string.Create(CultureInfo.InvariantCulture, $"job-{kind}-{_created}");
        var job = new SimulatedJob(id, creation.Fingerprint, creation.InputFile, rows, now, fate, Capabilities);
        _jobs.Add(id, job);
        return Task.FromResult(job.View(now));
    }

    public Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken)
    {
        SimulatedJob job = _jobs[providerBatch];
        ProviderBatch view = job.View(clock.GetUtcNow());
        if (view.Status >= ProviderBatchStatus.Completed && !job.IsBilled)
        {
            job.IsBilled = true;
            foreach (SimulatedRow row in job.Rows.AsSpan(0, job.Kept()))
            {
                bill.Add(deployment, Lane.Batch, row.Usage, job.CreatedAt);
            }
        }

        return Task.FromResult(view);
    }

    public async IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (SimulatedJob job in _jobs.Values.Where(job => job.CreatedAt >= since).Reverse().ToList())
        {
            yield return job.View(clock.GetUtcNow());
        }
    }

    public Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken)
    {
        _jobs[providerBatch].Cancel(clock.GetUtcNow());
        return Task.CompletedTask;
    }

    // Files are named after their job: out- or err- and its id.
    public Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(_jobs[file[4..]].Open(output: file.StartsWith("out-", StringComparison.Ordinal)));

    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => SimulatedRow.Read(line.Span);

    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken)
    {
        _inputs.Remove(file);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Lets go of a job that was collected, and of its input: nobody asks for them again.</summary>
    public void Forget(BatchRecord batch)
    {
        if (batch.InputFile is { } input)
        {
            _inputs.Remove(input);
        }

        if (batch.ProviderBatch is { } job)
        {
            _jobs.Remove(job);
        }
    }
}
