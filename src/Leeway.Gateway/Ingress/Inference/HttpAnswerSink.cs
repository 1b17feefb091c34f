using System.Globalization;
using System.IO.Pipelines;
using Leeway.Gateway.Problems;
using Leeway.RealTime;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Relays an answer to the caller's connection.</summary>
internal sealed class HttpAnswerSink(HttpContext context, RequestId id, string endpoint, TimeProvider clock, long receivedAt) : IAnswerSink
{
    public PipeWriter Output
    {
        get
        {
            // Bytes written before the head are kept apart and copied behind it: the head goes first. It only goes to the connection's buffer, so nothing waits.
            if (!context.Response.HasStarted)
            {
                context.Response.StartAsync().GetAwaiter().GetResult();
            }

            return context.Response.BodyWriter;
        }
    }

    /// <summary>Our own time in this call, once the head was sent.</summary>
    public TimeSpan Overhead { get; private set; }

    public void Start(AnswerHead head)
    {
        HttpResponse response = context.Response;
        response.StatusCode = head.StatusCode;
        response.ContentType = head.ContentType;
        response.ContentLength = head.ContentLength;
        Overhead = clock.GetElapsedTime(receivedAt) - head.ProviderTime;
        IHeaderDictionary headers = response.Headers;
        headers["Leeway-Request-Id"] = id.ToString();
        if (Endpoints.DialectOf(endpoint) == Dialect.Anthropic)
        {
            headers[RequestIdHeader.Name] = id.ToString();
        }

        headers["Leeway-Lane"] = "realtime";
        headers["Leeway-Overhead-Ms"] = Milliseconds(Overhead);
        AnswerHeaders.Money(headers, head.Entry);
        if (head.ContentLength is null)
        {
            headers.CacheControl = "no-cache";
            headers["X-Accel-Buffering"] = "no";
        }
    }

    // The server sends what was written when the call returns.
    public ValueTask EndAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken)
    {
        StreamErrors.Write(Output, endpoint, ProviderProblems.From(error), id.ToString());
        await Output.FlushAsync(cancellationToken);
    }

    // As "0.###" would write it, without its cost.
    private static string Milliseconds(TimeSpan time)
    {
        long micros = Math.Max(0, (time.Ticks + 5) / TimeSpan.TicksPerMicrosecond);
        (long whole, long rest) = Math.DivRem(micros, 1000);
        Span<char> text = stackalloc char[24];
        whole.TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        if (rest > 0)
        {
            text[length++] = '.';
            rest.TryFormat(text[length..], out int digits, "000", CultureInfo.InvariantCulture);
            length += digits;
        }

        ReadOnlySpan<char> written = text[..length];
        return (rest > 0 ? written.TrimEnd('0') : written).ToString();
    }
}
