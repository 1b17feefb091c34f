using System.Buffers;
using System.IO.Pipelines;
using Leeway.Files;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.MessageBatches;

/// <summary>
/// Takes the requests of a message batch into a file while they arrive, one on each line, so that their batch is from then on like any
/// other. What is wrong with the frame of a request refuses the batch; what is wrong with its params is that request's own result.
/// </summary>
internal sealed class MessageBatchIntake(FileShelf shelf, IFileContents contents, IConfigSource config)
{
    /// <summary>What every refusal here ends with.</summary>
    public const string Unchanged = "Nothing was accepted.";

    // Anthropic's figures.
    private const int MaxRequests = 100_000;
    private const long MaxBytes = 256L << 20;

    private const int FlushBytes = 128 * 1024;

    /// <summary>Reads the body into a file of the team's.</summary>
    public async Task<(StoredFile? File, int Requests, Problem? Problem)> TakeAsync(HttpContext context, string team)
    {
        if ((MediaTypes.CheckJson(context.Request) ?? (context.Request.ContentLength > MaxBytes ? TooLarge() : null)) is { } refused)
        {
            return (null, 0, refused);
        }

        LimitsConfig limits = config.Current.Server.Limits;
        await using IFileDraft draft = contents.Begin();
        var lines = new Lines((int)Math.Min(limits.LineBytes, Array.MaxLength));
        var reader = new RequestsReader(limits.Depth);
        PipeReader body = context.Request.BodyReader;
        long wanted = 0;
        while (true)
        {
            ReadResult read = await body.ReadAsync(context.RequestAborted);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (buffer.Length < wanted && !read.IsCompleted)
            {
                body.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            long consumed = reader.Read(buffer, read.IsCompleted, lines.Take);

            // What is left is the beginning of a request: looked at again when there is twice as much of it.
            wanted = 2 * (buffer.Length - consumed);
            Problem? problem = reader.Problem ?? lines.Problem
                ?? (draft.Length + lines.Written.WrittenCount > MaxBytes ? TooLarge() : buffer.Length - consumed > lines.MaxLine ? lines.TooLong() : null);
            body.AdvanceTo(problem is null ? buffer.GetPosition(consumed) : buffer.End, buffer.End);
            if (problem is not null)
            {
                return (null, 0, problem);
            }

            if (lines.Written.WrittenCount >= FlushBytes || read.IsCompleted)
            {
                await draft.WriteAsync(lines.Written.WrittenMemory, context.RequestAborted);
                lines.Written.ResetWrittenCount();
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        if (lines.Count == 0)
        {
            return (null, 0, new Problem { Code = "invalid_parameter", Field = "requests", Message = "requests must hold at least one request.", Remedy = Unchanged });
        }

        StoredFile file = await shelf.KeepAsync(draft, new FileLabel(team, "message_batch.jsonl", FilePurposes.Batch, null), null, context.RequestAborted);
        return (file, lines.Count, null);
    }

    private static Problem TooLarge() => new()
    {
        Code = "body_too_large",
        Message = $"A batch has at most {MaxBytes >> 20} MB.",
        Field = "requests",
        Remedy = $"Split it. {Unchanged}",
    };

    /// <summary>The requests met, as lines that are still to be written.</summary>
    private sealed class Lines(int maxLine)
    {
        private readonly CustomIds _ids = new();

        public ArrayBufferWriter<byte> Written { get; } = new(FlushBytes);

        public int Count { get; private set; }

        public int MaxLine => maxLine;

        public Problem? Problem { get; private set; }

        public void Take(ReadOnlySequence<byte> element)
        {
            if (Problem is not null)
            {
                return;
            }

            if (element.Length > maxLine)
            {
                Problem = TooLong();
                return;
            }

            int length = (int)element.Length;
            Span<byte> line = Written.GetSpan(length + 1)[..(length + 1)];
            element.CopyTo(line);
            if (!MessageLine.TryRead(line[..length], out string customId, out _, out LineProblem? bad))
            {
                Problem = Bad(bad!);
                return;
            }

            if (!_ids.TryAdd(customId, Count, out int earlier))
            {
                Problem = Bad(new LineProblem(
                    null, null, null, LineProblemCodes.DuplicateCustomId, "custom_id", $"The custom_id '{customId}' is that of requests.{earlier} too.", "Results are found by it."));
                return;
            }

            // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
            line.Replace((byte)'\n', (byte)' ');
            line.Replace((byte)'\r', (byte)' ');
            line[length] = (byte)'\n';
            Written.Advance(length + 1);
            if (++Count > MaxRequests)
            {
                Problem = new Problem
                {
                    Code = "body_too_large",
                    Message = $"A batch has at most {MaxRequests} requests.",
                    Field = "requests",
                    Remedy = $"Split it. {Unchanged}",
                };
            }
        }

        public Problem TooLong() => new()
        {
            Code = "body_too_large",
            Message = $"requests.{Count} is longer than {maxLine} bytes (server.limits.line).",
            Field = $"requests.{Count}",
            Remedy = $"Shorten it, or let the operator raise the limit. {Unchanged}",
        };

        private Problem Bad(LineProblem problem) => new()
        {
            Code = problem.Code == LineProblemCodes.InvalidEncoding ? "invalid_encoding" : problem.Code == LineProblemCodes.Missing ? "missing_member" : "invalid_parameter",
            Field = $"requests.{Count}{(problem.Param is null ? "" : "." + problem.Param)}",
            Message = $"requests.{Count}: {problem.Message}",
            Remedy = $"{problem.Remedy} {Unchanged}",
        };
    }
}
