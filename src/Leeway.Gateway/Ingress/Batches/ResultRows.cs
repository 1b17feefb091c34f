using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Rows of result files, in the shapes of the batch's dialect, a line feed behind each.</summary>
internal static class ResultRows
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a line's row belongs in the error file. Anthropic's batches have one file for all.</summary>
    public static bool IsError(ClientBatch batch, EndedLine line) => batch.Dialect == Dialect.OpenAI && (line.State != RequestState.Succeeded || line.Result is null);

    /// <summary>Appends the row of an ended line.</summary>
    public static void Write(IBufferWriter<byte> output, ClientBatch batch, EndedLine line)
    {
        if (batch.Dialect == Dialect.Anthropic)
        {
            WriteRow(output, line, WriteMessageRow);
        }
        else
        {
            WriteRow(output, line, WriteOpenAIRow);
        }
    }

    /// <summary>Appends the row of a line that was never accepted.</summary>
    public static void Write(IBufferWriter<byte> output, ClientBatch batch, LineProblem problem)
    {
        if (batch.Dialect == Dialect.Anthropic)
        {
            WriteRow(output, problem, WriteBadMessageRow);
        }
        else
        {
            WriteRow(output, (batch, problem), WriteBadOpenAIRow);
        }
    }

    private static void WriteOpenAIRow(Utf8JsonWriter json, EndedLine line)
    {
        json.WriteString("id", TypedId.Format("batch_req_", line.Request.Value));
        json.WriteString("custom_id", line.CustomId);
        if (line is { State: RequestState.Succeeded or RequestState.Failed, Result: { } result })
        {
            json.WriteStartObject("response");
            json.WriteNumber("status_code", result.StatusCode);
            json.WriteString("request_id", line.Request.ToString());
            WriteBody(json, "body", result.Body);
            json.WriteEndObject();
            json.WriteNull("error");
        }
        else if (line.State is RequestState.Succeeded or RequestState.Failed)
        {
            json.WriteNull("response");
            WriteError(json, "response_deleted", "The response was deleted by its owner.");
        }
        else
        {
            bool expired = line.State == RequestState.Expired;
            json.WriteNull("response");
            WriteError(
                json,
                expired ? "batch_expired" : "batch_cancelled",
                expired ? "This request could not be executed before the completion window expired." : "This request was not executed because the batch was cancelled.");
        }
    }

    private static void WriteBadOpenAIRow(Utf8JsonWriter json, (ClientBatch Batch, LineProblem Problem) bad)
    {
        json.WriteString("id", $"batch_req_{bad.Batch.Id.Value:N}_{bad.Problem.Line}");
        json.WriteString("custom_id", bad.Problem.CustomId);
        json.WriteNull("response");
        WriteError(json, bad.Problem.Code, $"Line {bad.Problem.Line}: {bad.Problem.Message} {bad.Problem.Remedy}");
    }

    private static void WriteMessageRow(Utf8JsonWriter json, EndedLine line)
    {
        json.WriteString("custom_id", line.CustomId);
        json.WriteStartObject("result");
        switch (line.State)
        {
            case RequestState.Succeeded:
                json.WriteString("type", "succeeded");
                WriteBody(json, "message", line.Result!.Body);
                break;
            case RequestState.Expired:
                json.WriteString("type", "expired");
                break;
            case RequestState.Cancelled:
                json.WriteString("type", "canceled");
                break;
            default:
                json.WriteString("type", "errored");
                WriteBody(json, "error", line.Result!.Body);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteBadMessageRow(Utf8JsonWriter json, LineProblem problem)
    {
        json.WriteString("custom_id", problem.CustomId);
        json.WriteStartObject("result");
        json.WriteString("type", "errored");
        json.WriteStartObject("error");
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", ProblemTable.AnthropicType(ProblemTable.Of(problem.Code).StatusIn(Dialect.Anthropic)));
        json.WriteString("message", $"{(problem.Param is null ? "" : problem.Param + ": ")}{problem.Message} {problem.Remedy}");
        json.WriteEndObject();
        json.WriteNull("request_id");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, string code, string message)
    {
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> body)
    {
        json.WritePropertyName(name);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens; a row has none.
        if (body.Span.ContainsAny((byte)'\n', (byte)'\r'))
        {
            byte[] line = body.ToArray();
            line.AsSpan().Replace((byte)'\n', (byte)' ');
            line.AsSpan().Replace((byte)'\r', (byte)' ');
            body = line;
        }

        json.WriteRawValue(body.Span, skipInputValidation: true);
    }

    private static void WriteRow<T>(IBufferWriter<byte> output, T value, Action<Utf8JsonWriter, T> write)
    {
        using (var json = new Utf8JsonWriter(output, s_options))
        {
            json.WriteStartObject();
            write(json, value);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
