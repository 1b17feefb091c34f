using System.Buffers;
using Leeway.Gateway.Ingress.ChatCompletions;
using Leeway.Gateway.Ingress.Completions;
using Leeway.Gateway.Ingress.Messages;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Streams that say nothing until the answer is there, and then all of it: chat, completions, messages.</summary>
internal sealed class WholeAnswerStream(string endpoint, RequestId id, bool includeUsage) : IHeldStream
{
    public ValueTask OpenAsync(IBufferWriter<byte> output, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CloseAsync(IBufferWriter<byte> output, FinishedRequest end, CancellationToken cancellationToken)
    {
        if (end.To != RequestState.Succeeded)
        {
            StreamErrors.Write(output, endpoint, end.Result.Body.Span);
            return ValueTask.CompletedTask;
        }

        switch (endpoint)
        {
            case Endpoints.Messages:
                MessageEvents.Write(end.Result.Body, output);
                break;
            case Endpoints.Completions:
                CompletionChunks.Write(end.Result.Body, output, includeUsage);
                break;
            default:
                ChunkWriter.Write(end.Result.Body, output, includeUsage);
                break;
        }

        return ValueTask.CompletedTask;
    }

    public void Break(IBufferWriter<byte> output, Problem problem) => StreamErrors.Write(output, endpoint, problem, id.ToString());
}
