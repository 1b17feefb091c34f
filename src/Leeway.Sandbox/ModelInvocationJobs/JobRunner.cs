using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Bedrock;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.S3;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>Runs the rows of a job that has ended, file by file in a shuffled order, and puts <c>x.jsonl.out</c> and the manifest into S3. Rows that had not run stand nowhere.</summary>
internal sealed class JobRunner(SandboxWorld world, S3Store objects, ModelInvocationJob job)
{
    private static readonly ApiError s_rejected = AwsErrors.Validation("The sandbox was told to reject this row.");

    private static readonly ApiError s_noInput = AwsErrors.Validation("The record has no modelInput.");

    // Assumed: tools in a row of the Converse type are refused in these words.
    private static readonly ApiError s_noTools = AwsErrors.Validation("Tool use is not supported in batch inference with the Converse invocation type.");

    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly S3Location _folder = job.Spec.Output.Add(job.Id + "/");
    private byte[] _bytes = [];
    private JobOutput _output;

    public JobOutput Run()
    {
        var left = (int)Math.Floor((job.Input!.Records * job.DoneAtEnd) + 1e-9);
        foreach (var file in job.Input.Files)
        {
            var count = Math.Min(left, file.Lines.Count);
            left -= count;
            using var spool = objects.NewSpool();
            foreach (var index in new SeededRandom(world.Options.Seed, "rows", SeededRandom.Hash(job.Id + file.Name)).Permutation(file.Lines.Count).Take(count))
            {
                RunRow(file, index, spool);
            }

            if (count > 0)
            {
                Put(file.Name + ".out", spool.ToContent(), "application/octet-stream");
            }
        }

        if (_output.Succeeded + _output.Failed > 0 || job.DoneAtEnd > 0)
        {
            Put("manifest.json.out", new FileContent(AwsEvents.Json(WriteManifest).ToArray()), "application/json");
        }

        return _output;
    }

    private void RunRow(JobFile file, int index, Spool target)
    {
        var line = file.Lines[index];
        if (_bytes.Length < line.Length)
        {
            _bytes = new byte[line.Length * 2];
        }

        var row = _bytes.AsMemory(0, line.Length);
        file.Content.ReadExactly(line.Offset, row.Span);
        using var json = JsonDocument.Parse(row);
        var hasInput = json.RootElement.Has("modelInput", out var input) && input.ValueKind == JsonValueKind.Object;
        var (answer, error) = world.Faults.Strikes(FaultKind.RowError) ? (null, s_rejected) : !hasInput ? (null, s_noInput) : Answer(input);
        if (answer is null)
        {
            _output = _output with { Failed = _output.Failed + 1 };
            target.Write(Line(file.RecordIds[index], input, writer => WriteError(writer, error!)).Span);
            return;
        }

        var cost = answer.Model.Batch.Of(answer.Usage);
        world.Ledger.BillRow(file.RecordIds[index], answer.Digest, answer.Usage, cost);
        _output = new JobOutput(
            _output.Succeeded + 1, _output.Failed, _output.InputTokens + answer.Usage.Input, _output.OutputTokens + answer.Usage.Output, _output.CostUsd + cost);
        RowFaults.Write(world, target, file.RecordIds[index], id => Line(id, input, writer =>
        {
            writer.WritePropertyName("modelOutput");
            answer.WriteTo(writer, world.Ids, job.EndsAt.ToUnixTimeSeconds());
        }));
    }

    private (Answer? Answer, ApiError? Error) Answer(JsonElement input)
    {
        var isConverse = job.Spec.IsConverse;
        if (isConverse && input.Has("toolConfig", out _))
        {
            return (null, s_noTools);
        }

        var (answer, error) = BedrockEndpoints.Answer(input, job.Spec.Model, isConverse, world.BatchContext with { Cache = null });
        return answer is not null && (isConverse || answer is ConverseAnswer) && ConversePieces.HasCachePoint(input) ? (null, ConversePieces.NoCaching) : (answer, error);
    }

    private static void WriteError(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject("error");
        json.WriteNumber("errorCode", error.Status);
        json.WriteString("errorMessage", error.Message);
        json.WriteBoolean("expired", false);
        json.WriteBoolean("retryable", error.Status is 429 or >= 500);
        json.WriteEndObject();
    }

    private ReadOnlyMemory<byte> Line(string recordId, JsonElement input, Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("recordId", recordId);
            json.WritePropertyName("modelInput");
            if (input.ValueKind == JsonValueKind.Undefined)
            {
                json.WriteNullValue();
            }
            else
            {
                input.WriteTo(json);
            }

            write(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenMemory;
    }

    private void WriteManifest(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("totalRecordCount", job.Input!.Records);
        json.WriteNumber("processedRecordCount", _output.Succeeded + _output.Failed);
        json.WriteNumber("successRecordCount", _output.Succeeded);
        json.WriteNumber("errorRecordCount", _output.Failed);
        json.WriteNumber("inputTokenCount", _output.InputTokens);
        json.WriteNumber("outputTokenCount", _output.OutputTokens);
        json.WriteEndObject();
    }

    private void Put(string name, FileContent content, string type)
    {
        var location = _folder.Add(name);
        objects.Put(location.Bucket, location.Key, content, ETagOf(content), new Dictionary<string, string> { ["Content-Type"] = type });
    }

    private static string ETagOf(FileContent content)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[128 * 1024];
        for (long offset = 0; content.Read(offset, buffer) is > 0 and var count; offset += count)
        {
            md5.AppendData(buffer, 0, count);
        }

        return $"\"{Convert.ToHexStringLower(md5.GetHashAndReset())}\"";
    }
}
