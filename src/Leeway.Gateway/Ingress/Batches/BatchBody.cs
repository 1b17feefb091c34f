using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>The body that creates a batch.</summary>
internal sealed record BatchBody(FileId InputFile, string Endpoint, string Window, string? MetadataJson, TimeSpan? OutputLifetime)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxPairs = 16;
    private const int MaxKey = 64;
    private const int MaxValue = 512;
    private const int LeastSeconds = 3600;
    private const int MostSeconds = 2_592_000;
    private const string Unchanged = "Nothing was accepted.";

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static async Task<(BatchBody? Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            return (null, refused);
        }

        (RequestBody read, bool fits) = await RequestBody.ReadAsync(context, MaxBytes);
        using (read)
        {
            return !fits ? (null, new Problem { Code = "body_too_large", Field = "body", Message = $"The body is larger than {MaxBytes} bytes.", Remedy = Unchanged })
                : read.Memory.IsEmpty ? (null, new Problem { Code = "body_missing", Message = "The body is empty.", Remedy = Unchanged })
                : Parse(read.Memory);
        }
    }

    private static (BatchBody?, Problem?) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, s_strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : (null, new Problem { Code = "body_not_an_object", Message = "The body must be a JSON object.", Remedy = Unchanged });
        }
        catch (JsonException exception)
        {
            return (null, new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), or names a member twice.",
                Remedy = Unchanged,
            });
        }
        catch (InvalidOperationException)
        {
            return (null, new Problem { Code = "invalid_encoding", Message = "A string of the body is no text: it holds half of a surrogate pair or is not UTF-8.", Remedy = Unchanged });
        }
    }

    private static (BatchBody?, Problem?) Read(JsonElement root)
    {
        FileId input = default;
        string? endpoint = null;
        string? window = null;
        string? metadata = null;
        TimeSpan? lifetime = null;
        Problem? problem = null;
        foreach (JsonProperty member in root.EnumerateObject())
        {
            problem ??= member.Name switch
            {
                "input_file_id" => ReadInput(member.Value, out input),
                "endpoint" => ReadEndpoint(member.Value, out endpoint),
                "completion_window" => ReadWindow(member.Value, out window),
                "metadata" => ReadMetadata(member.Value, out metadata),
                "output_expires_after" => ReadLifetime(member.Value, out lifetime),
                _ => Bad(Short.Of(member.Name), $"There is no member '{Short.Of(member.Name)}'.", "Leave it out."),
            };
        }

        problem ??= input == default ? Missing("input_file_id")
            : endpoint is null ? Missing("endpoint")
            : window is null ? Missing("completion_window")
            : null;
        return problem is null ? (new BatchBody(input, endpoint!, window!, metadata, lifetime), null) : (null, problem);
    }

    private static Problem? ReadInput(JsonElement value, out FileId input)
    {
        input = default;
        return value.ValueKind != JsonValueKind.String ? Bad("input_file_id", "input_file_id must be a string.", "Upload a file with purpose batch and send its id.")
            : FileId.TryParse(value.GetString(), out input) ? null
            : BatchProblems.NoInput(value.GetString()!);
    }

    private static Problem? ReadEndpoint(JsonElement value, out string? endpoint)
    {
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        endpoint = Endpoints.Batchable.FirstOrDefault(known => known == text);
        return endpoint is not null ? null : Bad(
            "endpoint", $"endpoint must be one of {string.Join(", ", Endpoints.Batchable)}; got {Short.Of(value.GetRawText())}.", "Send the url that the lines of the file have.");
    }

    private static Problem? ReadWindow(JsonElement value, out string? window)
    {
        window = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return window is not null ? null : Bad("completion_window", $"completion_window must be a string; got {Short.Of(value.GetRawText())}.", "Write a duration such as 24h, 90m or 7d.");
    }

    private static Problem? ReadMetadata(JsonElement value, out string? metadata)
    {
        metadata = null;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return Bad("metadata", "metadata must be an object of strings.", "Send pairs such as {\"team\":\"blue\"}.");
        }

        int pairs = 0;
        foreach (JsonProperty pair in value.EnumerateObject())
        {
            if (++pairs > MaxPairs || pair.Name.Length > MaxKey || pair.Value.ValueKind != JsonValueKind.String || pair.Value.GetString()!.Length > MaxValue)
            {
                return Bad(
                    $"metadata.{Short.Of(pair.Name)}",
                    $"metadata holds up to {MaxPairs} pairs of a key of {MaxKey} and a text of {MaxValue} characters.",
                    "Shorten it.");
            }
        }

        metadata = value.GetRawText();
        return null;
    }

    private static Problem? ReadLifetime(JsonElement value, out TimeSpan? lifetime)
    {
        lifetime = null;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        int seconds = 0;
        bool ok = value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("anchor", out JsonElement anchor) && anchor.ValueKind == JsonValueKind.String && anchor.ValueEquals("created_at")
            && value.TryGetProperty("seconds", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out seconds)
            && seconds is >= LeastSeconds and <= MostSeconds;
        lifetime = ok ? TimeSpan.FromSeconds(seconds) : null;
        return ok ? null : Bad(
            "output_expires_after",
            $"output_expires_after must be {{\"anchor\":\"created_at\",\"seconds\":N}} with N from {LeastSeconds} to {MostSeconds}; got {Short.Of(value.GetRawText())}.",
            "Correct it or leave it out.");
    }

    private static Problem Missing(string field) => new() { Code = "missing_member", Field = field, Message = $"{field}: this member is required.", Remedy = Unchanged };

    private static Problem Bad(string field, string message, string remedy) =>
        new() { Code = "invalid_parameter", Field = field, Message = message, Remedy = $"{remedy} {Unchanged}" };
}
