using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Batches;

/// <summary>Runs the rows of a batch that has ended, in a shuffled order, and writes its two files one line at a time.</summary>
internal sealed class BatchRunner(SandboxWorld world, BatchRules rules, SandboxBatch batch, BatchInput input) : IDisposable
{
    private static readonly ApiError s_rejected = new(400, "The sandbox was told to reject this row.", Code: "invalid_value");

    private readonly Spool _output = rules.Files.NewSpool();
    private readonly Spool _errors = rules.Files.NewSpool();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly SeededRandom _random = new(world.Options.Seed, "rows", SeededRandom.Hash(batch.Id));
    private byte[] _bytes = [];
    private TokenUsage _usage;
    private decimal _cost;
    private int _completed;
    private int _failed;
    private int _billed;

    /// <summary>The rows before the cut of the shuffled order have run; the rest is reported as not executed.</summary>
    public BatchOutput Run()
    {
        var order = _random.Permutation(input.Lines.Count);
        var done = (int)Math.Floor((order.Length * batch.DoneAtEnd) + 1e-9);
        for (var i = 0; i < order.Length; i++)
        {
            var line = input.Lines[order[i]];
            if (_bytes.Length < line.Length)
            {
                _bytes = new byte[line.Length * 2];
            }

            var row = _bytes.AsMemory(0, line.Length);
            input.Content.ReadExactly(line.Offset, row.Span);
            using var json = JsonDocument.Parse(row);
            if (i < done)
            {
                RunRow(json.RootElement);
            }
            else if (rules.Rows.TellsNotExecuted)
            {
                WriteNotExecuted(json.RootElement.GetProperty("custom_id").GetString()!);
            }
        }

        return new BatchOutput(Store(_output, "output", always: false), Store(_errors, "error", rules.AlwaysHasErrorFile), _completed, _failed, _billed, _usage, _cost);
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private void RunRow(JsonElement request)
    {
        var customId = request.GetProperty("custom_id").GetString()!;
        var (answer, error) = world.Faults.Strikes(FaultKind.RowError)
            ? (null, s_rejected)
            : Answer.To(rules.AnsweredAt(batch.Endpoint), request.GetProperty("body"), rules.Answering);
        if (answer is null)
        {
            _failed++;
            WriteRefusal(customId, error!);
            _errors.Write(_line.WrittenSpan);
            return;
        }

        var cost = answer.Model.Batch.Of(answer.Usage);
        world.Ledger.BillRow(customId, answer.Digest, answer.Usage, cost);
        _completed++;
        _billed++;
        _usage += answer.Usage;
        _cost += cost;
        RowFaults.Write(world, _output, customId, id =>
        {
            WriteAnswer(id, answer);
            return _line.WrittenMemory;
        });
    }

    private void WriteAnswer(string customId, Answer answer) =>
        WriteResponse(customId, 200, json => answer.WriteTo(json, world.Ids, batch.EndsAt.ToUnixTimeSeconds()));

    private void WriteRefusal(string customId, ApiError error)
    {
        if (rules.Rows.ErrorCode is not { } code)
        {
            WriteResponse(customId, error.Status, json => rules.WriteError(json, error));
            return;
        }

        WriteLine(customId, json =>
        {
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        });
    }

    private void WriteResponse(string customId, int status, Action<Utf8JsonWriter> body) => WriteLine(customId, json =>
    {
        if (rules.Rows.ErrorCode is not null)
        {
            json.WriteStartObject("response");
            json.WriteNumber("status_code", status);
            json.WritePropertyName("body");
            body(json);
            json.WriteEndObject();
            return;
        }

        json.WriteStartObject("response");
        json.WriteNumber("status_code", status);
        json.WriteString("request_id", world.Ids.Next("req_"));
        json.WritePropertyName("body");
        body(json);
        json.WriteEndObject();
        json.WriteNull("error");
    });

    private void WriteNotExecuted(string customId)
    {
        var cancelled = batch.CancellingAt is not null;
        WriteLine(customId, json =>
        {
            json.WriteNull("response");
            json.WriteStartObject("error");
            json.WriteString("code", cancelled ? "batch_cancelled" : "batch_expired");
            json.WriteString("message", cancelled
                ? "This request was not executed because the batch was cancelled."
                : "This request could not be executed before the completion window expired.");
            json.WriteEndObject();
        });
        _errors.Write(_line.WrittenSpan);
    }

    private void WriteLine(string customId, Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id", world.Ids.Next(rules.Rows.IdPrefix));
            json.WriteString("custom_id", customId);
            write(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
    }

    private string? Store(Spool spool, string kind, bool always) => spool.Length == 0 && !always
        ? null
        : rules.Files.Add($"{batch.Id}_{kind}.jsonl", "batch_output", batch.EndsAt, batch.OutputExpiresAfter, spool.ToContent()).Id;
}
