using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Serving;

/// <summary>
/// A provider that costs as little as possible: a fixed answer with usage, or a fixed stream, one event each <see cref="Pace"/>. It tells
/// usage in a stream only when asked, as OpenAI does.
/// </summary>
internal static class ProviderStub
{
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static Task<int> RunAsync() => Served.RunAsync(static _ => { }, static app => app.Run(AnswerAsync));

    private static async Task AnswerAsync(HttpContext context)
    {
        ReadResult body = await Served.ReadBodyAsync(context.Request);
        bool stream = Contains(body.Buffer, "\"stream\":true"u8);
        bool usage = stream && Contains(body.Buffer, "\"include_usage\":true"u8);
        context.Request.BodyReader.AdvanceTo(body.Buffer.End);
        context.Response.Headers["x-request-id"] = "req_bench";
        if (stream)
        {
            await StreamAsync(context, usage);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Wire.Answer.Length;
        context.Response.BodyWriter.Write(Wire.Answer);
        await context.Response.BodyWriter.FlushAsync();
    }

    private static async Task StreamAsync(HttpContext context, bool usage)
    {
        context.Response.ContentType = "text/event-stream";
        PipeWriter output = context.Response.BodyWriter;
        using var timer = new PeriodicTimer(Pace);
        for (int i = 0; i < Wire.EventsPerStream; i++)
        {
            bool last = i == Wire.EventsPerStream - 1;
            if (last && usage)
            {
                output.Write(Wire.UsageEvent);
            }

            output.Write(last ? Wire.DoneEvent : Wire.Event);
            await output.FlushAsync(context.RequestAborted);
            await timer.WaitForNextTickAsync(context.RequestAborted);
        }
    }

    private static bool Contains(in ReadOnlySequence<byte> body, ReadOnlySpan<byte> text) =>
        (body.IsSingleSegment ? body.FirstSpan : body.ToArray()).IndexOf(text) >= 0;
}
