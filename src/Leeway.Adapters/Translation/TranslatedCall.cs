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
        var body = new ArrayBufferWriter<byte>(call.Body.Length + 256);
        try
        {
            translator.WriteRequest(call.Body.Span, body, new RequestTerms(binding.Deployment, wantsStream, compatible));
        }
        catch (UncarriedException e)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.InvalidRequest, $"{e.Problem.Message} {e.Problem.Remedy}") { StatusCode = 400 }, e);
        }

        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        ProviderAnswer answer = await RealTimeWire.SendAsync(
            binding, binding.Request(wantsStream ? translator.StreamEndpoint : translator.ProviderEndpoint, content), usageIsOurs: false, translated: true, clock, cancellationToken);
        if (answer.Error is not null)
        {
            return answer;
        }

        bool streams = answer.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        DateTimeOffset now = clock.GetUtcNow();
        return new ProviderAnswer(
            answer.StatusCode,
            streams ? "text/event-stream; charset=utf-8" : "application/json",
            streams
                ? new TranslatedStream(answer.Body!, translator.OpenStream(now), binding.Deployment)
                : new TranslatedBody(answer.Body!, translator, binding.Deployment, now),
            null,
            answer)
        {
            ProviderRequestId = answer.ProviderRequestId,
            UsageEventIsOurs = streams && translator.UsageIsOptional && !shape.IncludesUsage,
        };
    }

    private static BodyShape Scan(ReadOnlySpan<byte> body) =>
        Wire.OpenAIBody.TryScan(body, out Wire.OpenAIBodyScan scan, out _, Wire.JsonText.MaxDepth) ? scan.Shape : default;
}
