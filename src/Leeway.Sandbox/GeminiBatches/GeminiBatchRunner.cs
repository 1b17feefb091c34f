using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.GeminiFiles;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GeminiBatches;

/// <summary>Runs the rows of a batch and writes their results in the order of the rows, as this vendor alone promises.</summary>
internal sealed class GeminiBatchRunner(SandboxWorld world, GeminiFileStore files, GeminiBatch batch) : IDisposable
{
    private static readonly ApiError s_rejected = new(400, "The sandbox was told to reject this row.");

    private readonly Spool _results = world.Files.NewSpool();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly GenerateTarget _target = new(batch.Input.Model, batch.Input.ModelName, GenerateForm.Whole, TakesLabels: false);
    private byte[] _bytes = [];
    private int _succeeded;
    private int _failed;
    private decimal _cost;

    public GeminiBatchOutput Run()
    {
        foreach (var (index, line) in batch.Input.Lines.Index())
        {
            if (_bytes.Length < line.Length)
            {
                _bytes = new byte[line.Length * 2];
            }

            var row = _bytes.AsMemory(0, line.Length);
            batch.Input.Content.ReadExactly(line.Offset, row.Span);
            using var json = JsonDocument.Parse(row);
            RunRow(json.RootElement, batch.Input.Ids[index]);
        }

        var content = _results.ToContent();
        return batch.Input.FileName is null
            ? new GeminiBatchOutput(null, Inlined(content), _succeeded, _failed, _cost)
            : new GeminiBatchOutput(files.AddOutput(batch.Id, batch.EndsAt, content).Name, [], _succeeded, _failed, _cost);
    }

    public void Dispose() => _results.Dispose();

    private void RunRow(JsonElement row, string id)
    {
        var request = row.HasField("request", out var body) ? body : default;
        var (answer, error) = world.Faults.Strikes(FaultKind.RowError) ? (null, s_rejected) : Answer(request);
        if (answer is null)
        {
            _failed++;
            _results.Write(Line(row, id, "error", json => GoogleError.WriteStatus(json, error!)).Span);
            return;
        }

        var cost = answer.Model.Batch.Of(answer.Usage);
        world.Ledger.BillRow(id.Length > 0 ? id : SandboxLedger.DigestText(answer.Digest), answer.Digest, answer.Usage, cost);
        _succeeded++;
        _cost += cost;
        RowFaults.Write(world, _results, id, name => Line(row, name, "response", json => answer.WriteTo(json, world.Ids, batch.EndsAt.ToUnixTimeSeconds())));
    }

    private (Answer? Answer, ApiError? Error) Answer(JsonElement request)
    {
        if (batch.Input.Embeds)
        {
            return EmbedAnswer.ToOne(batch.Input.Model, batch.Input.ModelName, request);
        }

        var (answer, error) = GenerateAnswer.To(_target, request, world.BatchContext);
        return (answer is not null && world.Faults.Strikes(FaultKind.Blocked, out var setting) ? answer.Blocked(setting) : answer, error);
    }

    /// <summary>A line of the file with its key; of the body's requests with the metadata they came with, if any.</summary>
    /// <param name="id">Other than the row's own in a line that nobody asked for.</param>
    private ReadOnlyMemory<byte> Line(JsonElement row, string id, string outcome, Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            if (batch.Input.FileName is not null)
            {
                if (id.Length > 0)
                {
                    json.WriteString("key", id);
                }
            }
            else if (row.HasField("metadata", out var metadata))
            {
                json.WritePropertyName("metadata");
                WriteMetadata(json, metadata, id);
            }

            json.WritePropertyName(outcome);
            write(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter json, JsonElement metadata, string id)
    {
        if (id.Length == 0 || metadata.FieldText("key") == id)
        {
            metadata.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("key", id);
        json.WriteEndObject();
    }

    /// <summary>The lines one by one. One cut short by a fault cannot stand inside the batch's JSON: it is an empty object there.</summary>
    private static List<ReadOnlyMemory<byte>> Inlined(FileContent content)
    {
        List<ReadOnlyMemory<byte>> results = [];
        JsonLine.VisitAll(content, (_, bytes) =>
        {
            try
            {
                using var whole = JsonDocument.Parse(bytes);
                results.Add(bytes.ToArray());
            }
            catch (JsonException)
            {
                results.Add("{}"u8.ToArray());
            }

            return true;
        });
        return results;
    }
}
