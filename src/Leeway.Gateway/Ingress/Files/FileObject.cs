using System.Text.Json;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>OpenAI's file object. What is absent is left out: its schema knows no nulls. Members of ours begin with <c>leeway_</c>.</summary>
internal static class FileObject
{
    public static void Write(Utf8JsonWriter json, StoredFile file)
    {
        json.WriteStartObject();
        json.WriteString("id", file.Id.ToString());
        json.WriteString("object", "file");
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("created_at", file.CreatedAt.ToUnixTimeSeconds());
        if (file.ExpiresAt is { } expires)
        {
            json.WriteNumber("expires_at", expires.ToUnixTimeSeconds());
        }

        json.WriteString("filename", file.Name);
        json.WriteString("purpose", file.Purpose);
        json.WriteString("status", Problems.Json.Name(file.Status));
        if (file.StatusDetails is { } details)
        {
            json.WriteString("status_details", details);
        }

        if (file.Report is { } report)
        {
            WriteReport(json, report);
        }

        json.WriteEndObject();
    }

    public static void WriteDeleted(Utf8JsonWriter json, FileId id)
    {
        json.WriteStartObject();
        json.WriteString("id", id.ToString());
        json.WriteString("object", "file");
        json.WriteBoolean("deleted", true);
        json.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter json, BatchFileReport report)
    {
        json.WriteNumber("leeway_lines", report.Lines);
        json.WriteNumber("leeway_bad_lines", report.BadLines);
        json.WriteNumber("leeway_input_tokens", report.EstimatedInputTokens);
        json.WriteStartArray("leeway_models");
        foreach (string model in report.Models)
        {
            json.WriteStringValue(model);
        }

        json.WriteEndArray();
        json.WriteStartArray("leeway_problems");
        foreach (LineProblem problem in report.Problems)
        {
            Write(json, problem);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, LineProblem problem)
    {
        json.WriteStartObject();
        WriteNumber(json, "line", problem.Line);
        WriteNumber(json, "column", problem.Column);
        json.WriteString("custom_id", problem.CustomId);
        json.WriteString("code", problem.Code);
        json.WriteString("param", problem.Param);
        json.WriteString("message", $"{problem.Message} {problem.Remedy}");
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
