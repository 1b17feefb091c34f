using System.IO.Pipelines;
using Leeway.RealTime;

namespace Leeway.Simulation.Stages;

/// <summary>Takes the answer of a request that somebody waits for, and drops it. One serves all: answers go by whole.</summary>
internal sealed class NullSink : IAnswerSink
{
    public PipeWriter Output { get; } = PipeWriter.Create(Stream.Null);

    public void Start(AnswerHead head)
    {
    }

    public async ValueTask EndAsync(CancellationToken cancellationToken) => await Output.FlushAsync(cancellationToken);

    public ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
