using System.Buffers;
using System.IO.Pipelines;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>
/// Takes a run's lines in while they arrive. Lines are independent: a bad one is refused with its number, the others become durable. Up to
/// a window of lines share group commits; answers come in the order of the lines.
/// </summary>
internal sealed class RunIntake(RequestTaker taker, IDeliveryStore deliveries, NamedMail mails, RunMails runMails, IConfigSource config)
{
    private const int Window = 256;

    public async Task HandleAsync(HttpContext context, RunId run)
    {
        Principal caller = Principal.Of(context);
        (WebhookId? webhook, Problem? badWebhook) = await WaitingHeaders.FindWebhookAsync(context.Request.Headers, caller.Team, deliveries, context.RequestAborted);
        (MailId? mail, Problem? badMail) = await mails.FindAsync(context.Request.Headers, caller, context.RequestAborted);
        if ((MediaTypes.CheckLines(context.Request) ?? badWebhook ?? badMail) is { } refused)
        {
            await ProblemWriter.WriteAsync(context, refused);
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        var source = new Source(run, caller, webhook, (int)Math.Min(config.Current.Server.Limits.LineBytes, int.MaxValue));
        var window = new Queue<Task<LineAnswer>>(Window);
        int number = 0;
        bool accepted = false;
        bool skipping = false;
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(context.RequestAborted);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (TryTakeLine(ref buffer, result.IsCompleted, out ReadOnlySequence<byte> line))
            {
                number++;
                if (skipping)
                {
                    // The rest of a line whose beginning was thrown away.
                    window.Enqueue(Task.FromResult(new LineAnswer(number, null, null, LineProblems.TooLong(source.MaxLine))));
                    skipping = false;
                }
                else if (line.Length > 0)
                {
                    window.Enqueue(TakeAsync(context, source, number, line.ToArray()));
                }

                if (window.Count == Window)
                {
                    accepted |= await AnswerAsync(context, window);
                }
            }

            // A line beyond the limit is thrown away as it comes.
            skipping |= buffer.Length > source.MaxLine;
            reader.AdvanceTo(skipping ? buffer.End : buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        if (skipping)
        {
            window.Enqueue(Task.FromResult(new LineAnswer(number + 1, null, null, LineProblems.TooLong(source.MaxLine))));
        }

        // One mail for all of them, from when the last one is durable; not said to be taken before.
        LineAnswer[] last = await Task.WhenAll(window);
        if (mail is { } address && (accepted || last.Any(answer => answer.Id is not null)))
        {
            await runMails.WatchAsync(run, caller.Team, address, context.RequestAborted);
        }

        await AnswerAsync(context, window);
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } feed)
        {
            line = buffer.Slice(0, feed);
            buffer = buffer.Slice(buffer.GetPosition(1, feed));
            return true;
        }

        line = buffer;
        if (isLast && buffer.Length > 0)
        {
            buffer = buffer.Slice(buffer.End);
            return true;
        }

        return false;
    }

    private async Task<LineAnswer> TakeAsync(HttpContext context, Source source, int number, byte[] line)
    {
        if (line.Length > source.MaxLine)
        {
            return new LineAnswer(number, null, null, LineProblems.TooLong(source.MaxLine));
        }

        if (!RunLine.TryRead(line, out RunLine read, out Problem? problem))
        {
            return new LineAnswer(number, read.CustomId, null, problem);
        }

        TakenRequest taken = await taker.TakeAsync(
            context.Request.Headers,
            read.Endpoint,
            line.AsMemory(read.Body.Start, read.Body.Length),
            source.Caller,
            null,
            request => request with { CustomId = read.CustomId, Run = source.Run, Webhook = source.Webhook },
            context.RequestAborted);
        return new LineAnswer(number, read.CustomId, taken.Id, taken.Problem);
    }

    // Whether one of them was taken.
    private static async Task<bool> AnswerAsync(HttpContext context, Queue<Task<LineAnswer>> window)
    {
        bool accepted = false;
        while (window.TryDequeue(out Task<LineAnswer>? next))
        {
            LineAnswer answer = await next;
            accepted |= answer.Id is not null;
            await context.Response.Body.WriteAsync(
                Json.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteNumber("line", answer.Line);
                    json.WriteString("custom_id", answer.CustomId);
                    json.WriteString("id", answer.Id?.ToString());
                    if (answer.Problem is { } problem)
                    {
                        json.WriteStartObject("error");
                        json.WriteString("code", problem.Code);
                        json.WriteString("message", problem.FullMessage);
                        json.WriteString("param", problem.Field);
                        json.WriteEndObject();
                    }
                    else
                    {
                        json.WriteNull("error");
                    }

                    json.WriteEndObject();
                }),
                context.RequestAborted);
            await context.Response.Body.WriteAsync(LineFeed, context.RequestAborted);
        }

        return accepted;
    }

    private static readonly byte[] LineFeed = [(byte)'\n'];

    /// <summary>What all lines of one POST share.</summary>
    private sealed record Source(RunId Run, Principal Caller, WebhookId? Webhook, int MaxLine);

    private readonly record struct LineAnswer(int Line, string? CustomId, RequestId? Id, Problem? Problem);
}
