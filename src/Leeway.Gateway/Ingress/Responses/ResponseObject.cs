using System.Text.Json;
using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The response object of one of our requests: made from the request while there is no answer, and from the provider's answer, under our id, once there is.</summary>
internal static class ResponseObject
{
    // In the reference's order; the value that OpenAI shows when the request does not say.
    private static readonly (string Name, string Default)[] s_echoed =
    [
        ("instructions", "null"), ("max_output_tokens", "null"), ("parallel_tool_calls", "true"), ("reasoning", """{"effort":null,"summary":null}"""),
        ("service_tier", "\"auto\""), ("temperature", "1"), ("text", """{"format":{"type":"text"}}"""), ("tool_choice", "\"auto\""), ("tools", "[]"),
        ("top_p", "1"), ("truncation", "\"disabled\""),
    ];

    /// <summary>What <c>status</c> says of a request.</summary>
    public static string StatusOf(RequestState state) => state switch
    {
        RequestState.Queued or RequestState.Sealed => "queued",
        RequestState.Submitted or RequestState.Running => "in_progress",
        RequestState.Cancelled => "cancelled",
        RequestState.Succeeded => "completed",
        _ => "failed",
    };

    /// <summary>The object as it stands.</summary>
    /// <param name="record">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="previous">The <c>previous_response_id</c> as the client gave it.</param>
    public static byte[] Write(RequestRecord record, ReadOnlyMemory<byte> body, string? previous) =>
        record is { Request.State: RequestState.Succeeded, Result: { } result } && TryRewrite(result.Body, record, body, previous) is { } answer
            ? answer
            : Write(record, body, previous, StatusOf(record.Request.State));

    /// <summary>The object as it stood when the request was at <paramref name="status"/>.</summary>
    public static byte[] Write(RequestRecord record, ReadOnlyMemory<byte> body, string? previous, string status)
    {
        using JsonDocument? document = body.IsEmpty ? null : JsonDocument.Parse(body);
        bool failed = status == "failed";
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", ResponseId.Of(record.Request.Id));
            json.WriteString("object", "response");
            json.WriteNumber("created_at", record.Request.AcceptedAt.ToUnixTimeSeconds());
            json.WriteString("status", status);
            json.WriteBoolean("background", IsBackground(document?.RootElement));
            json.WriteNull("completed_at");
            if (failed)
            {
                WriteError(json, record.Result);
            }
            else
            {
                json.WriteNull("error");
            }

            json.WriteNull("incomplete_details");
            json.WriteString("model", record.Request.Group.Model);
            json.WriteStartArray("output");
            json.WriteEndArray();
            json.WriteString("previous_response_id", previous);
            foreach ((string name, string fallback) in s_echoed)
            {
                if (document is not null && document.RootElement.TryGetProperty(name, out JsonElement said) && said.ValueKind != JsonValueKind.Null)
                {
                    json.WriteRaw(name, said);
                }
                else
                {
                    json.WritePropertyName(name);
                    json.WriteRawValue(fallback, skipInputValidation: true);
                }
            }

            json.WriteBoolean("store", true);
            json.WriteNull("usage");
            WriteMetadata(json, record);
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// A result as whoever owns its request may see it: of a response, without the provider's ids of it and of the one before. Used where the
    /// request is shown as a request.
    /// </summary>
    public static ReadOnlyMemory<byte> Shown(RequestRecord record, RequestResult result)
    {
        if (record.Request.Group.Endpoint != Endpoints.Responses || record.Request.State != RequestState.Succeeded)
        {
            return result.Body;
        }

        using JsonDocument document = JsonDocument.Parse(result.Body);
        return document.RootElement.ValueKind != JsonValueKind.Object ? result.Body : Json.Write(json =>
        {
            json.WriteStartObject();
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "id":
                        json.WriteString("id", ResponseId.Of(record.Request.Id));
                        break;
                    case "previous_response_id":
                        break;
                    default:
                        json.WriteRaw(member.Name, member.Value);
                        break;
                }
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Whether a request's body asks for <c>background</c>.</summary>
    public static bool IsBackground(ReadOnlyMemory<byte> body)
    {
        using JsonDocument? document = body.IsEmpty ? null : JsonDocument.Parse(body);
        return IsBackground(document?.RootElement);
    }

    private static bool IsBackground(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } request && request.TryGetProperty("background", out JsonElement background) && background.ValueKind == JsonValueKind.True;

    /// <summary>A provider's answer under our id: everything as the provider sent it but what names the response, or what only we know.</summary>
    private static byte[]? TryRewrite(ReadOnlyMemory<byte> answer, RequestRecord record, ReadOnlyMemory<byte> body, string? previous)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        using JsonDocument? request = body.IsEmpty ? null : JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("output", out _))
        {
            return null;
        }

        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", ResponseId.Of(record.Request.Id));
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (member.Name is not ("id" or "background" or "previous_response_id" or "metadata" or "store"))
                {
                    json.WriteRaw(member.Name, member.Value);
                }
            }

            json.WriteBoolean("background", IsBackground(request?.RootElement));
            json.WriteBoolean("store", true);
            json.WriteString("previous_response_id", previous);
            WriteMetadata(json, record);
            json.WriteEndObject();
        });
    }

    private static void WriteMetadata(Utf8JsonWriter json, RequestRecord record)
    {
        json.WritePropertyName("metadata");
        json.WriteRawValue(record.MetadataJson ?? "{}", skipInputValidation: true);
    }

    // The reference knows few codes here; ours goes in front of the message.
    private static void WriteError(Utf8JsonWriter json, RequestResult? result)
    {
        string code = result?.ErrorCode ?? "internal_error";
        json.WriteStartObject("error");
        json.WriteString("code", code switch
        {
            "provider_rate_limited" => "rate_limit_exceeded",
            "provider_invalid_request" => "invalid_prompt",
            _ => "server_error",
        });
        json.WriteString("message", $"{code}: {(result is null ? null : ErrorMessage.Of(result.Body)) ?? "The request failed."}");
        json.WriteEndObject();
    }
}
