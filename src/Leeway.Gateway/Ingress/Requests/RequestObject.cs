using System.Text.Json;
using Leeway.Gateway.Ingress.Requests.Timeline;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Requests;

/// <summary>The request object of the API (docs/architecture.md shows it).</summary>
internal static class RequestObject
{
    /// <param name="json">Where to.</param>
    /// <param name="record">The request.</param>
    /// <param name="withResponse">Whether its answer is shown.</param>
    /// <param name="timeline">Its way, where it was asked for.</param>
    public static void Write(Utf8JsonWriter json, RequestRecord record, bool withResponse, IReadOnlyList<TimelineEvent>? timeline = null)
    {
        QueuedRequest request = record.Request;
        json.WriteStartObject();
        json.WriteString("id", request.Id.ToString());
        json.WriteString("object", "leeway.request");
        json.WriteString("state", Json.Name(request.State));
        json.WriteString("priority", Json.Name(request.Priority));
        json.WriteInstant("deadline", request.Deadline);
        json.WriteString("endpoint", request.Group.Endpoint);
        json.WriteString("model", request.Group.Model);
        json.WriteString("custom_id", record.CustomId);
        json.WritePropertyName("metadata");
        json.WriteRawValue(record.MetadataJson ?? "{}", skipInputValidation: true);
        json.WriteString("run", request.Run?.ToString());
        json.WriteString("lane", Json.Name(record.Lane));
        json.WriteBoolean("rescued", record.Rescued);
        json.WriteInstant("created_at", request.AcceptedAt);
        json.WriteInstant("finished_at", record.FinishedAt);
        WriteAttempts(json, record.Attempts);
        WriteResult(json, record, withResponse);
        WriteReceipt(json, record);
        if (timeline is not null)
        {
            TimelineObject.Write(json, request.AcceptedAt, timeline);
        }

        json.WriteEndObject();
    }

    /// <summary>202, with where to poll.</summary>
    public static async Task WriteAcceptedAsync(HttpContext context, RequestRecord record)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"/leeway/requests/{record.Request.Id}";
        response.Headers["Preference-Applied"] = "respond-async";
        response.Headers.RetryAfter = "5";
        await response.WriteJsonAsync(json => Write(json, record, withResponse: true));
    }

    public static void WriteResult(Utf8JsonWriter json, RequestRecord record, bool withResponse)
    {
        bool answered = record.Result is not null && record.Request.State is RequestState.Succeeded or RequestState.Failed;
        if (answered && withResponse)
        {
            json.WriteStartObject("response");
            json.WriteNumber("status_code", record.Result!.StatusCode);
            json.WritePropertyName("body");
            json.WriteRawValue(ResponseObject.Shown(record, record.Result).Span, skipInputValidation: false);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("response");
        }

        if (record.Result?.ErrorCode is { } code)
        {
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", ErrorMessage.Of(record.Result.Body));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("error");
        }
    }

    public static void WriteReceipt(Utf8JsonWriter json, RequestRecord record)
    {
        TokenUsage usage = record.Entries.Aggregate(default(TokenUsage), (sum, entry) => sum + entry.Usage);
        bool priced = record.Entries.Count > 0 && record.Entries.All(entry => entry.Cost is not null && entry.ListCost is not null);
        decimal? cost = priced ? record.Entries.Sum(entry => entry.Cost) : null;
        decimal? list = priced ? record.Entries.Where(entry => !entry.Duplicate).Sum(entry => entry.ListCost) : null;
        json.WriteStartObject("receipt");
        json.WriteString("lane", Json.Name(record.Lane));
        json.WriteString("model", record.Request.Group.Model);
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteNumber("cached_tokens", usage.CachedInput);
        json.WriteNumber("output_tokens", usage.Output);
        json.WriteMoney("cost_usd", cost);
        json.WriteMoney("list_cost_usd", list);
        json.WriteMoney("saved_usd", list - cost);
        json.WriteInstant("accepted_at", record.Request.AcceptedAt);
        json.WriteInstant("deadline", record.Request.Deadline);
        json.WriteInstant("finished_at", record.FinishedAt);
        EntryObject.WriteList(json, "entries", record.Entries);
        if (record.FinishedAt is { } finished)
        {
            json.WriteBoolean("deadline_met", record.Request.State is RequestState.Succeeded or RequestState.Failed && finished <= record.Request.Deadline);
        }
        else
        {
            json.WriteNull("deadline_met");
        }

        json.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter json, IReadOnlyList<RequestAttempt> attempts)
    {
        json.WriteStartArray("attempts");
        foreach (RequestAttempt attempt in attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("number", attempt.Number);
            json.WriteString("lane", Json.Name(attempt.Lane));
            json.WriteString("deployment", attempt.Deployment);
            json.WriteString("batch", attempt.Batch?.ToString());
            json.WriteInstant("started_at", attempt.StartedAt);
            json.WriteString("outcome", attempt.Outcome);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
