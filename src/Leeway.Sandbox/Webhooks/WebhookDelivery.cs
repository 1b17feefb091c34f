using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Webhooks;

/// <summary>One event on its way to the target. Its id is the same at every attempt, the timestamp is not.</summary>
internal sealed class WebhookDelivery
{
    // Assumed: the provider says exponential, up to 72 hours.
    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_givesUpAfter = TimeSpan.FromHours(72);

    private readonly DateTimeOffset _givesUpAt;
    private int _failures;

    public WebhookDelivery(string id, string type, string objectId, DateTimeOffset createdAt)
    {
        Id = id;
        DueAt = createdAt;
        Body = Write(id, type, objectId, createdAt);
        _givesUpAt = createdAt + s_givesUpAfter;
    }

    public string Id { get; }

    public DateTimeOffset DueAt { get; private set; }

    /// <summary>Names the object only; the receiver fetches it.</summary>
    public string Body { get; }

    /// <summary>Puts the next attempt off; false when there is none.</summary>
    public bool Retry(DateTimeOffset now)
    {
        var wait = s_firstWait * Math.Pow(4, _failures++);
        DueAt = now + (wait < s_longestWait ? wait : s_longestWait);
        return DueAt <= _givesUpAt;
    }

    private static string Write(string id, string type, string objectId, DateTimeOffset createdAt)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "event");
            json.WriteNumber("created_at", createdAt.ToUnixTimeSeconds());
            json.WriteString("type", type);
            json.WriteStartObject("data");
            json.WriteString("id", objectId);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
