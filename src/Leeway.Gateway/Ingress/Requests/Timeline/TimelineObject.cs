using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Requests.Timeline;

/// <summary>The member <c>timeline</c> of a request object.</summary>
internal static class TimelineObject
{
    public static void Write(Utf8JsonWriter json, DateTimeOffset acceptedAt, IReadOnlyList<TimelineEvent> events)
    {
        json.WriteStartArray("timeline");
        foreach (TimelineEvent one in events)
        {
            json.WriteStartObject();
            json.WriteInstant("at", one.At);
            json.WriteNumber("after_s", Math.Round((one.At - acceptedAt).TotalSeconds, 3));
            json.WriteString("event", one.Name);
            json.WriteBoolean("due", one.IsDue);
            json.WriteString("lane", one.Lane is { } lane ? Json.Name(lane) : null);
            json.WriteString("batch", one.Batch?.ToString());
            json.WritePropertyName("attempt");
            if (one.Attempt is { } attempt)
            {
                json.WriteNumberValue(attempt);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteString("text", one.Text);
            json.WritePropertyName("plan");
            json.WriteRawValue(one.Plan ?? "null", skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
