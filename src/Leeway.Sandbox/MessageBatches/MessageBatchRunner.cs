using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.MessageBatches;

/// <summary>Runs the rows of a batch that has ended, in a shuffled order, and writes one line each.</summary>
internal sealed class MessageBatchRunner(SandboxWorld world, MessageBatch batch) : IDisposable
{
    private static readonly ApiError s_rejected = new(400, "The sandbox was told to reject this row.");

    private readonly Spool _results = world.Files.NewSpool();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly SeededRandom _random = new(world.Options.Seed, "rows", SeededRandom.Hash(batch.Id));
    private byte[] _bytes = [];
    private MessageCounts _counts;
    private decimal _cost;

    /// <summary>The rows before the cut of the shuffled order have run; the rest was canceled or has expired.</summary>
    public MessageBatchOutput Run()
    {
        var order = _random.Permutation(batch.Input.Lines.Count);
        var done = (int)Math.Floor((order.Length * batch.DoneAtEnd) + 1e-9);
        for (var i = 0; i < order.Length; i++)
        {
            var line = batch.Input.Lines[order[i]];
            if (_bytes.Length < line.Length)
            {
                _bytes = new byte[line.Length * 2];
            }

            var row = _bytes.AsMemory(0, line.Length);
            batch.Input.Content.ReadExactly(line.Offset, row.Span);
            using var json = JsonDocument.Parse(row);
            var customId = json.RootElement.GetProperty("custom_id").GetString()!;
            if (i < done)
            {
                RunRow(customId, json.RootElement.GetProperty("params"));
            }
            else
            {
                SkipRow(customId);
            }
        }

        return new MessageBatchOutput(_results.ToContent(), _counts, _cost);
    }

    public void Dispose() => _results.Dispose();

    private void RunRow(string customId, JsonElement body)
    {
        var (answer, error) = world.Faults.Strikes(FaultKind.RowError) ? (null, s_rejected)
            : BodyFields.Flag(body, "stream", false) ? (null, ApiError.Bad("stream", "streaming is not supported in batch requests"))
            : Answer.To("/v1/messages", body, world.BatchContext with { Version = batch.Version });
        if (answer is null)
        {
            _counts = _counts with { Errored = _counts.Errored + 1 };
            _results.Write(Line(customId, "errored", json =>
            {
                json.WritePropertyName("error");
                AnthropicVendor.Write(json, error!, world.Ids.Next("req_"));
            }).Span);
            return;
        }

        var cost = answer.Model.Batch.Of(answer.Usage);
        world.Ledger.BillRow(customId, answer.Digest, answer.Usage, cost);
        _counts = _counts with { Succeeded = _counts.Succeeded + 1 };
        _cost += cost;
        RowFaults.Write(world, _results, customId, id => Line(id, "succeeded", json =>
        {
            json.WritePropertyName("message");
            answer.WriteTo(json, world.Ids, batch.EndsAt.ToUnixTimeSeconds());
        }));
    }

    private void SkipRow(string customId)
    {
        var canceled = batch.CancelingAt is not null;
        _counts = canceled ? _counts with { Canceled = _counts.Canceled + 1 } : _counts with { Expired = _counts.Expired + 1 };
        _results.Write(Line(customId, canceled ? "canceled" : "expired", _ => { }).Span);
    }

    private ReadOnlyMemory<byte> Line(string customId, string type, Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("custom_id", customId);
            json.WriteStartObject("result");
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenMemory;
    }
}
