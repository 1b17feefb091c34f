using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Leeway.Delivery;

/// <summary>
/// The body of a delivery. Thin: it names what happened to what, the receiver fetches the rest. The same bytes on every attempt.
/// </summary>
public static class WebhookPayload
{
    /// <summary>The event type of a ping.</summary>
    public const string PingType = "webhook.ping";

    /// <summary>The body that tells of one event.</summary>
    public static byte[] Write(DeliveryRecord delivery) => DeliveryEvents.IsOfRequest(delivery.Event)
        ? Write(delivery.Event, delivery.OccurredAt, delivery.Subject, DeliveryEvents.StateOf(delivery.Event))
        : WriteAsOpenAI(delivery);

    /// <summary>The body of a ping to an endpoint.</summary>
    public static byte[] WritePing(WebhookId webhook, DateTimeOffset at) => Write(PingType, at, webhook.ToString(), state: null);

    private static byte[] Write(string type, DateTimeOffset at, string id, string? state)
    {
        var buffer = new ArrayBufferWriter<byte>(192);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("data");
            json.WriteString("id", id);
            if (state is not null)
            {
                json.WriteString("state", state);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] WriteAsOpenAI(DeliveryRecord delivery)
    {
        var buffer = new ArrayBufferWriter<byte>(192);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", TypedId.Format("evt_", delivery.Id.Value));
            json.WriteString("object", "event");
            json.WriteNumber("created_at", delivery.OccurredAt.ToUnixTimeSeconds());
            json.WriteString("type", delivery.Event);
            json.WriteStartObject("data");
            json.WriteString("id", delivery.Subject);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
