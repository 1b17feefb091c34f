using System.IO.Pipelines;
using Leeway.RealTime;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>Relays a response that is answered now, under an id of ours: the provider's is sealed into it.</summary>
internal sealed class ResponseSink(IAnswerSink inner, HttpContext context, ResponseSeal seal, string team, PreviousResponse? previous) : IAnswerSink
{
    private IdRewriter? _output;
    private string _provider = "";

    public PipeWriter Output => _output ??= new IdRewriter(
        inner.Output, (id, cancellationToken) => seal.SealAsync(team, _provider, id, cancellationToken), previous is null ? null : (previous.TheirId, previous.ClientId));

    public void Start(AnswerHead head)
    {
        _provider = head.Deployment.Provider;
        inner.Start(head);

        // Ids differ in length.
        context.Response.ContentLength = null;
    }

    // The rewriter holds back what may be half an id.
    public async ValueTask EndAsync(CancellationToken cancellationToken) => await Output.FlushAsync(cancellationToken);

    public ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken) => inner.BreakAsync(error, cancellationToken);
}
