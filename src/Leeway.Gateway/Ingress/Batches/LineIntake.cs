using Leeway.Files;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Ingress.MessageBatches;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Makes a request of a line, or says what is wrong with it. The same line under the same batch always comes to the same.</summary>
internal sealed class LineIntake(Intake intake, KeyRing keys, IConfigSource config)
{
    private static readonly HeaderDictionary s_noHeaders = [];

    /// <summary>On whose behalf a batch's lines are asked: with the key as it is now.</summary>
    public Principal CallerOf(ClientBatch batch) =>
        new(batch.Caller, batch.Team, KeyId.TryParse(batch.Caller, out KeyId id) ? keys.Book.Find(id) : null);

    /// <summary>Reads one line.</summary>
    /// <param name="line">Where it is and what it holds.</param>
    /// <param name="batch">Its batch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ids">The custom ids met so far in this pass.</param>
    /// <param name="problem">What is wrong with it.</param>
    public NewRequest? Read(in FileLine line, ClientBatch batch, Principal caller, CustomIds ids, out LineProblem? problem)
    {
        BatchFileLimits limits = BatchFileLimits.Of(config.Current.Server.Limits);
        if (line.IsTooLong)
        {
            problem = new LineProblem(
                line.Number, limits.LineBytes + 1, null, LineProblemCodes.LineTooLong, null,
                $"The line is longer than {limits.LineBytes} bytes (server.limits.line).", "Shorten it, or let the operator raise the limit.");
            return null;
        }

        if (!TryFrame(line.Bytes.Span, batch, limits.Depth, out string customId, out ByteRange range, out problem))
        {
            problem = problem! with { Line = line.Number };
            return null;
        }

        if (!ids.TryAdd(customId, line.Number, out int earlier))
        {
            problem = new LineProblem(
                line.Number, null, Short.Of(customId), LineProblemCodes.DuplicateCustomId, "custom_id",
                $"The custom_id '{Short.Of(customId)}' is that of line {earlier} too.", "Give each line an id of its own: results are found by it.");
            return null;
        }

        return Understand(line, batch, caller, customId, range, out problem);
    }

    private NewRequest? Understand(in FileLine line, ClientBatch batch, Principal caller, string customId, ByteRange range, out LineProblem? problem)
    {
        ReadOnlyMemory<byte> body = line.Bytes.Slice(range.Start, range.Length);
        Understood? request = intake.Understand(s_noHeaders, batch.Endpoint, null, body.Span, caller, out Problem? refused, batch: batch);
        int estimated = request is null ? 0 : TokenEstimator.Estimate(body.Span);
        refused ??= request!.Scan.Shape.Stream ? Streaming() : intake.CheckDeferred(request, estimated);
        if (refused is not null)
        {
            problem = new LineProblem(
                line.Number, null, Short.Of(customId), refused.Code, refused.Field is null ? null : $"{BodyName(batch)}.{refused.Field}", refused.Message, refused.Remedy ?? "");
            return null;
        }

        problem = null;
        return intake.Durable(request!, body, estimated, new BodyLocation(batch.InputFile, line.Offset + range.Start, range.Length)) with
        {
            CustomId = customId,
            Run = batch.Id.Run,
        };
    }

    private static bool TryFrame(ReadOnlySpan<byte> line, ClientBatch batch, int depth, out string customId, out ByteRange body, out LineProblem? problem)
    {
        if (batch.Dialect == Dialect.Anthropic)
        {
            return MessageLine.TryRead(line, out customId, out body, out problem);
        }

        bool isGood = BatchLineReader.TryRead(line, depth, out BatchLine read, out problem);
        (customId, body) = (read.CustomId ?? "", read.Body);
        if (isGood && read.Url != batch.Endpoint)
        {
            problem = new LineProblem(
                null, null, Short.Of(customId), LineProblemCodes.InvalidUrl, "url",
                $"url is '{read.Url}', but the batch's endpoint is '{batch.Endpoint}'.", "Make a batch for each endpoint.");
            return false;
        }

        return isGood;
    }

    private static Problem Streaming() => new()
    {
        Code = LineProblemCodes.Streaming,
        Message = "A line of a batch cannot be streamed.",
        Field = "stream",
        Remedy = "Leave stream out.",
    };

    private static string BodyName(ClientBatch batch) => batch.Dialect == Dialect.Anthropic ? "params" : "body";
}
