using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.CloudStorage;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vertex;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.VertexJobs;

/// <summary>Runs the rows of a job in a shuffled order and writes them, each with the request it answers, to a folder of its own in the bucket.</summary>
internal sealed class VertexJobRunner(SandboxWorld world, ObjectStore objects, VertexJob job) : IDisposable
{
    // Assumed; a folder with one file has no numbers in its name.
    private const int RowsPerFile = 100;

    private static readonly ApiError s_rejected = new(400, "The sandbox was told to reject this row.");

    private readonly List<Spool> _files = [];
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly SeededRandom _random = new(world.Options.Seed, "rows", SeededRandom.Hash(job.Id));
    private readonly GenerateTarget _target = new(job.Input.Model, job.Input.ModelName, GenerateForm.Whole, TakesLabels: true);
    private byte[] _bytes = [];
    private int _succeeded;
    private int _failed;
    private decimal _cost;

    /// <summary>The rows before the cut of the shuffled order have run; of the others nothing is written.</summary>
    public VertexJobOutput Run()
    {
        var rows = job.Input.Rows;
        var order = _random.Permutation(rows.Count);
        var done = (int)Math.Floor((order.Length * job.DoneAtEnd) + 1e-9);
        for (var i = 0; i < done; i++)
        {
            if (i % RowsPerFile == 0)
            {
                _files.Add(objects.NewSpool());
            }

            var (content, line) = rows[order[i]];
            if (_bytes.Length < line.Length)
            {
                _bytes = new byte[line.Length * 2];
            }

            var row = _bytes.AsMemory(0, line.Length);
            content.ReadExactly(line.Offset, row.Span);
            using var json = JsonDocument.Parse(row);
            RunRow(json.RootElement, job.Input.Ids[order[i]]);
        }

        return new VertexJobOutput(done == 0 ? null : Store(), _succeeded, _failed, rows.Count - done, _cost);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void RunRow(JsonElement row, string id)
    {
        var request = row.HasField("request", out var body) ? body : default;
        var (answer, error) = world.Faults.Strikes(FaultKind.RowError) ? (null, s_rejected)
            : request.ValueKind != JsonValueKind.Object ? (null, ProtoJson.Invalid("The row has no request.", "request"))
            : Answer(request);
        if (answer is null)
        {
            _failed++;
            _files[^1].Write(Line(row, request, id, id, StatusOf(error!), null).Span);
            return;
        }

        var cost = answer.Model.Batch.Of(answer.Usage);
        world.Ledger.BillRow(id.Length > 0 ? id : SandboxLedger.DigestText(answer.Digest), answer.Digest, answer.Usage, cost);
        _succeeded++;
        _cost += cost;
        RowFaults.Write(world, _files[^1], id, name => Line(row, request, id, name, "", answer));
    }

    private (Answer? Answer, ApiError? Error) Answer(JsonElement request)
    {
        if (job.Input.IsClaude)
        {
            return RawPredictEndpoints.To(request, job.Input.ModelName, world.BatchContext);
        }

        var (answer, error) = GenerateAnswer.To(_target, request, world.BatchContext);
        return (answer is not null && world.Faults.Strikes(FaultKind.Blocked, out var setting) ? answer.Blocked(setting) : answer, error);
    }

    /// <param name="id">The row's own.</param>
    /// <param name="name">The same, or another in a line that nobody asked for.</param>
    private ReadOnlyMemory<byte> Line(JsonElement row, JsonElement request, string id, string name, string status, Answer? answer)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            if (job.Input.IsClaude && name.Length > 0)
            {
                json.WriteString("custom_id", name);
            }

            json.WriteString("status", status);
            json.WriteString("processed_time", job.EndsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture));
            json.WritePropertyName("request");
            WriteRequest(json, row, request, isOwn: job.Input.IsClaude || name == id, name);
            json.WritePropertyName("response");
            if (answer is null)
            {
                json.WriteStartObject();
                json.WriteEndObject();
            }
            else
            {
                answer.WriteTo(json, world.Ids, job.EndsAt.ToUnixTimeSeconds());
            }

            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenMemory;
    }

    /// <summary>The echo of the request; in a foreign line, one that was never sent.</summary>
    private static void WriteRequest(Utf8JsonWriter json, JsonElement row, JsonElement request, bool isOwn, string name)
    {
        if (isOwn)
        {
            (request.ValueKind == JsonValueKind.Undefined ? row : request).WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("contents");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("parts");
        json.WriteStartObject();
        json.WriteString("text", name);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("labels");
        json.WriteString(request.HasField("labels", out var labels) ? labels.EnumerateObject().First().Name : "id", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string StatusOf(ApiError error)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            GoogleError.Write(json, error);
        }

        return "Bad Request: " + Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Besides the predictions stands the dump the service leaves from the run: a copy of rows, to be ignored.</summary>
    private string Store()
    {
        var at = job.EndsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var directory = $"{job.Input.OutputPrefix.TrimEnd('/')}/prediction-model-{at}";
        var (bucket, folder) = ObjectStore.ParseUri(directory)!.Value;
        List<FileContent> contents = [.. _files.Select(file => file.ToContent())];
        foreach (var (index, content) in contents.Index())
        {
            var name = contents.Count == 1 ? "predictions.jsonl" : string.Create(CultureInfo.InvariantCulture, $"predictions.jsonl-{index:d5}-of-{contents.Count:d5}");
            objects.Put(bucket, $"{folder}/{name}", "application/jsonl", content);
        }

        objects.Put(bucket, $"{folder}/incremental_predictions.jsonl", "application/jsonl", contents[0]);
        return directory;
    }
}
