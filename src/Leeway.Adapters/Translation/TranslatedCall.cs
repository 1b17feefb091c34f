using System.Buffers;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Translation;

/// <summary>Sends one real-time call in the provider's dialect and answers in the client's.</summary>
internal static class TranslatedCall
{
    public static async Task<ProviderAnswer> SendAsync(
        Binding binding, Translator translator, ProviderCall call, bool compatible, TimeProvider clock, CancellationToken cancellationToken)
    {
        BodyShape shape = call.Shape ?? Scan(call.Body.Span);
        bool wantsStream = shape.Stream && !call.Buffered;
        translator = translator.For(call.Body.Span, binding.Deployment);
        var content = new ReadOnlyMemoryContent(WriteRequest(translator, call.Body.Span, new RequestTerms(binding.Deployment, wantsStream, compatible) { Tier = call.OnFlexTier ? "flex" : null }));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        ProviderAnswer answer = await RealTimeWire.SendAsync(
            binding, binding.Request(wantsStream ? translator.StreamEndpoint : translator.ProviderEndpoint, content), usageIsOurs: false, translated: true, clock, cancellationToken);
        return Translate(answer, translator, binding.Deployment, shape, clock.GetUtcNow());
    }

    /// <summary>The provider's request.</summary>
    /// <exception cref="ProviderException">It says something that the provider's dialect cannot.</exception>
    public static ReadOnlyMemory<byte> WriteRequest(Translator translator, ReadOnlySpan<byte> request, RequestTerms terms)
    {
        var body = new ArrayBufferWriter<byte>(request.Length + 256);
        try
        {
            translator.WriteRequest(request, body, terms);
            return body.WrittenMemory;
        }
        catch (UncarriedException e)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.InvalidRequest, $"{e.Problem.Message} {e.Problem.Remedy}") { StatusCode = 400 }, e);
        }
    }

    /// <summary>The provider's answer in the client's dialect; an error is one already.</summary>
    public static ProviderAnswer Translate(ProviderAnswer answer, Translator translator, Deployment deployment, BodyShape shape, DateTimeOffset now)
    {
        if (answer.Error is not null)
        {
            return answer;
        }

        bool streams = answer.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        TranslatedStream? stream = streams ? new TranslatedStream(answer.Body!, translator.OpenStream(now), translator.ProviderUsage, deployment) : null;
        TranslatedBody? whole = streams ? null : new TranslatedBody(answer.Body!, translator, deployment, now);
        return new ProviderAnswer(
            answer.StatusCode,
            streams ? "text/event-stream; charset=utf-8" : "application/json",
            (Stream?)stream ?? whole,
            null,
            answer)
        {
            Reported = stream is null ? () => whole!.Reported : () => stream.Reported,
            ProviderRequestId = answer.ProviderRequestId,
            UsageEventIsOurs = streams && translator.UsageIsOptional && !shape.IncludesUsage,
        };
    }

    /// <summary>What a walk over the top level finds.</summary>
    public static BodyShape Scan(ReadOnlySpan<byte> body) =>
        Wire.OpenAIBody.TryScan(body, out Wire.OpenAIBodyScan scan, out _, Wire.JsonText.MaxDepth) ? scan.Shape : default;
}
