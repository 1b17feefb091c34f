using System.IO.Pipelines;
using Leeway.RealTime;

namespace Leeway.Execution;

/// <summary>Collects a whole answer in memory, for a request nobody is connected for.</summary>
internal sealed class BufferSink : IAnswerSink, IDisposable
{
    private readonly MemoryStream _stream = new();

    public BufferSink() => Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));

    public AnswerHead? Head { get; private set; }

    public PipeWriter Output { get; }

    public ReadOnlyMemory<byte> Body => _stream.GetBuffer().AsMemory(0, (int)_stream.Length);

    public void Dispose()
    {
        Output.Complete();
        _stream.Dispose();
    }

    public void Start(AnswerHead head) => Head = head;

    public async ValueTask EndAsync(CancellationToken cancellationToken) => await Output.FlushAsync(cancellationToken);

    public ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
