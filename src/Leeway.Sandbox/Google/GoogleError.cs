using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Google;

/// <summary>Errors as Google's APIs write them: HTTP code, message, the status in words, and details where there are any.</summary>
internal static class GoogleError
{
    /// <summary>A 400 about the state of things, not about the body.</summary>
    public const string FailedPrecondition = "FAILED_PRECONDITION";

    public const string InvalidKey = "API_KEY_INVALID";

    /// <summary>Code of a 429 that names a quota per day: no wait of minutes cures it.</summary>
    public const string DayQuota = "GenerateRequestsPerDayPerProjectPerModel";

    /// <summary>Code of a 429 that names a quota per minute.</summary>
    public const string MinuteQuota = "GenerateRequestsPerMinutePerProjectPerModel";

    public static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Status);
        json.WriteString("message", error.Message);
        json.WriteString("status", StatusOf(error).Name);
        WriteDetails(json, error);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The error of a row or an operation: google.rpc's code and the message.</summary>
    public static void WriteStatus(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteNumber("code", StatusOf(error).Code);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, ApiError error)
    {
        var isQuota = error.Code is DayQuota or MinuteQuota;
        if (error.RetryAfter is null && !isQuota && error.Code != InvalidKey && error.Param is null)
        {
            return;
        }

        json.WriteStartArray("details");
        if (error.Code == InvalidKey)
        {
            Begin(json, "ErrorInfo");
            json.WriteString("reason", InvalidKey);
            json.WriteString("domain", "googleapis.com");
            json.WriteEndObject();
        }

        if (error.Param is { } field)
        {
            Begin(json, "BadRequest");
            json.WriteStartArray("fieldViolations");
            json.WriteStartObject();
            json.WriteString("field", field);
            json.WriteString("description", error.Message);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (isQuota)
        {
            Begin(json, "QuotaFailure");
            json.WriteStartArray("violations");
            json.WriteStartObject();
            json.WriteString("quotaMetric", "generativelanguage.googleapis.com/generate_content_requests");
            json.WriteString("quotaId", error.Code);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (error.RetryAfter is { } seconds)
        {
            Begin(json, "RetryInfo");
            json.WriteString("retryDelay", seconds.ToString(CultureInfo.InvariantCulture) + "s");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Begin(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("@type", "type.googleapis.com/google.rpc." + type);
    }

    private static (string Name, int Code) StatusOf(ApiError error) => error.Status switch
    {
        401 => ("UNAUTHENTICATED", 16),
        403 => ("PERMISSION_DENIED", 7),
        404 => ("NOT_FOUND", 5),
        409 => ("ALREADY_EXISTS", 6),
        429 => ("RESOURCE_EXHAUSTED", 8),
        499 => ("CANCELLED", 1),
        501 => ("UNIMPLEMENTED", 12),
        503 => ("UNAVAILABLE", 14),
        504 => ("DEADLINE_EXCEEDED", 4),
        >= 500 => ("INTERNAL", 13),
        _ => error.Code == FailedPrecondition ? (FailedPrecondition, 9) : ("INVALID_ARGUMENT", 3),
    };
}
