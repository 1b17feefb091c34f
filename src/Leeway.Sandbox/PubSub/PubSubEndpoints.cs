using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.PubSub;

/// <summary><c>/v1/projects/{project}/topics</c> and <c>…/subscriptions</c>: create, read, list, delete, and the verbs behind a colon.</summary>
internal static class PubSubEndpoints
{
    private const string Topics = "/v1/projects/{project}/topics";
    private const string Subscriptions = "/v1/projects/{project}/subscriptions";
    private const int LongestDeadline = 600;
    private const int MostPublished = 1000;
    private const int MostBytes = 10_000_000;

    // The service holds a pull that finds nothing for a while.
    private static readonly TimeSpan s_pullWait = TimeSpan.FromSeconds(5);

    public static void MapPubSub(this IEndpointRouteBuilder routes, SandboxWorld world, PubSubStore store)
    {
        routes.MapGet(Topics, (RequestDelegate)(context => ListAsync(context, store, "topics")));
        routes.MapPut(Topics + "/{name}", (RequestDelegate)(context => AddTopicAsync(context, store)));
        routes.MapGet(Topics + "/{name}", (RequestDelegate)(context => WithTopicAsync(context, store, name => WriteTopicAsync(context, name))));
        routes.MapDelete(Topics + "/{name}", (RequestDelegate)(context => WithTopicAsync(context, store, name =>
        {
            store.DeleteTopic(name);
            return context.WriteEmptyObjectAsync();
        })));
        routes.MapPost(Topics + "/{name}", (RequestDelegate)(context => PublishAsync(context, store)));
        routes.MapGet(Subscriptions, (RequestDelegate)(context => ListAsync(context, store, "subscriptions")));
        routes.MapPut(Subscriptions + "/{name}", (RequestDelegate)(context => AddSubscriptionAsync(context, world, store)));
        routes.MapGet(Subscriptions + "/{name}", (RequestDelegate)(context => WithSubscriptionAsync(context, store, one => WriteSubscriptionAsync(context, one))));
        routes.MapDelete(Subscriptions + "/{name}", (RequestDelegate)(context => WithSubscriptionAsync(context, store, one =>
        {
            store.DeleteSubscription(one.Name);
            return context.WriteEmptyObjectAsync();
        })));
        routes.MapPost(Subscriptions + "/{name}", (RequestDelegate)(context => WithSubscriptionAsync(context, store, one => VerbOf(context) switch
        {
            "pull" => PullAsync(context, world, store, one),
            "acknowledge" => AcknowledgeAsync(context, store, one),
            "modifyAckDeadline" => ModifyAsync(context, store, one),
            _ => context.WriteErrorAsync(new ApiError(404, "Method not found.")),
        })));
    }

    private static async Task AddTopicAsync(HttpContext context, PubSubStore store)
    {
        string name = NameOf(context, "topics");
        await (store.AddTopic(name) ? WriteTopicAsync(context, name) : context.WriteErrorAsync(new ApiError(409, $"Topic already exists: {name}")));
    }

    private static async Task PublishAsync(HttpContext context, PubSubStore store)
    {
        if (VerbOf(context) != "publish")
        {
            await context.WriteErrorAsync(new ApiError(404, "Method not found."));
            return;
        }

        using JsonDocument? body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var messages = new List<(byte[], IReadOnlyDictionary<string, string>)>();
        foreach (JsonElement message in Elements(body.RootElement, "messages"))
        {
            byte[] data = message.Has("data", out JsonElement text) && text.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : [];
            Dictionary<string, string> attributes = message.Has("attributes", out JsonElement all) && all.ValueKind == JsonValueKind.Object
                ? all.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString() ?? "", StringComparer.Ordinal)
                : [];
            if (data.Length == 0 && attributes.Count == 0)
            {
                await context.WriteErrorAsync(new ApiError(400, "One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute."));
                return;
            }

            messages.Add((data, attributes));
        }

        string topic = NameOf(context, "topics");
        if (messages.Count is 0 or > MostPublished || messages.Sum(message => message.Item1.Length) > MostBytes)
        {
            await context.WriteErrorAsync(new ApiError(400, $"The value for message_count is {messages.Count}: a request has 1 to {MostPublished} messages of {MostBytes} bytes together."));
        }
        else if (store.Publish(topic, messages) is { } ids)
        {
            await context.WriteJsonAsync(json => WriteWords(json, "messageIds", ids));
        }
        else
        {
            await context.WriteErrorAsync(new ApiError(404, $"Topic not found (resource={topic})."));
        }
    }

    private static async Task AddSubscriptionAsync(HttpContext context, SandboxWorld world, PubSubStore store)
    {
        using JsonDocument? body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        JsonElement root = body.RootElement;
        string name = NameOf(context, "subscriptions");
        string topic = root.StringOrNull("topic") ?? "";
        int seconds = root.Has("ackDeadlineSeconds", out JsonElement deadline) && deadline.TryGetInt32(out int said) && said != 0 ? said : 10;
        bool hasPolicy = root.Has("deadLetterPolicy", out JsonElement policy);
        int attempts = hasPolicy && policy.Has("maxDeliveryAttempts", out JsonElement most) && most.TryGetInt32(out int many) ? many : 5;
        if (!store.HasTopic(topic))
        {
            await context.WriteErrorAsync(new ApiError(404, $"Topic not found (resource={topic})."));
        }
        else if (seconds is < 10 or > LongestDeadline || attempts is < 5 or > 100)
        {
            await context.WriteErrorAsync(new ApiError(400, "ackDeadlineSeconds must be 10 to 600, maxDeliveryAttempts 5 to 100."));
        }
        else
        {
            var subscription = new Subscription(
                name, topic, TimeSpan.FromSeconds(seconds), hasPolicy ? policy.StringOrNull("deadLetterTopic") : null, attempts, world.Options.Seed);
            await (store.AddSubscription(subscription)
                ? WriteSubscriptionAsync(context, subscription)
                : context.WriteErrorAsync(new ApiError(409, $"Subscription already exists: {name}")));
        }
    }

    private static async Task PullAsync(HttpContext context, SandboxWorld world, PubSubStore store, Subscription subscription)
    {
        using JsonDocument? body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        if (!body.RootElement.Has("maxMessages", out JsonElement most) || !most.TryGetInt32(out int count) || count < 1)
        {
            await context.WriteErrorAsync(new ApiError(400, "The value for max_messages is too small. You passed 0 in the request, but the minimum value is 1."));
            return;
        }

        bool atOnce = body.RootElement.Has("returnImmediately", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        using var leaving = world.LinkToShutdown(context.RequestAborted);
        var pulled = await store.PullAsync(subscription, Math.Min(count, MostPublished), atOnce ? TimeSpan.Zero : s_pullWait, leaving.Token);
        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            if (pulled.Count > 0)
            {
                json.WriteStartArray("receivedMessages");
                foreach ((string ackId, PubSubMessage message, int attempt) in pulled)
                {
                    Write(json, subscription, ackId, message, attempt);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static async Task AcknowledgeAsync(HttpContext context, PubSubStore store, Subscription subscription)
    {
        using JsonDocument? body = await context.ReadJsonObjectAsync();
        if (body is not null)
        {
            store.Acknowledge(subscription, Words(body.RootElement, "ackIds"));
            await context.WriteEmptyObjectAsync();
        }
    }

    private static async Task ModifyAsync(HttpContext context, PubSubStore store, Subscription subscription)
    {
        using JsonDocument? body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        if (!body.RootElement.Has("ackDeadlineSeconds", out JsonElement deadline) || !deadline.TryGetInt32(out int seconds) || seconds is < 0 or > LongestDeadline)
        {
            await context.WriteErrorAsync(new ApiError(400, "Invalid ack deadline given: it must be 0 to 600 seconds."));
            return;
        }

        store.Modify(subscription, Words(body.RootElement, "ackIds"), TimeSpan.FromSeconds(seconds));
        await context.WriteEmptyObjectAsync();
    }

    private static Task ListAsync(HttpContext context, PubSubStore store, string collection) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray(collection);
        foreach (string name in store.List($"projects/{context.Request.RouteValues["project"]}/{collection}/"))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Task WithTopicAsync(HttpContext context, PubSubStore store, Func<string, Task> use)
    {
        string name = NameOf(context, "topics");
        return store.HasTopic(name) ? use(name) : context.WriteErrorAsync(new ApiError(404, $"Topic not found (resource={name})."));
    }

    private static Task WithSubscriptionAsync(HttpContext context, PubSubStore store, Func<Subscription, Task> use)
    {
        string name = NameOf(context, "subscriptions");
        return store.FindSubscription(name) is { } one ? use(one) : context.WriteErrorAsync(new ApiError(404, $"Subscription does not exist (resource={name})."));
    }

    private static Task WriteTopicAsync(HttpContext context, string name) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteEndObject();
    });

    private static Task WriteSubscriptionAsync(HttpContext context, Subscription subscription) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", subscription.Name);
        json.WriteString("topic", subscription.Topic);
        json.WriteNumber("ackDeadlineSeconds", (int)subscription.Deadline.TotalSeconds);
        if (subscription.DeadLetterTopic is { } dead)
        {
            json.WriteStartObject("deadLetterPolicy");
            json.WriteString("deadLetterTopic", dead);
            json.WriteNumber("maxDeliveryAttempts", subscription.MaxDeliveryAttempts);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Subscription subscription, string ackId, PubSubMessage message, int attempt)
    {
        json.WriteStartObject();
        json.WriteString("ackId", ackId);
        json.WriteStartObject("message");
        json.WriteBase64String("data", message.Data);
        json.WriteStartObject("attributes");
        foreach ((string name, string value) in message.Attributes)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("messageId", message.Id);
        json.WriteString("publishTime", message.PublishedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        if (subscription.DeadLetterTopic is not null)
        {
            json.WriteNumber("deliveryAttempt", attempt);
        }

        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (string word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement element, string name) =>
        element.Has(name, out JsonElement array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;

    private static List<string> Words(JsonElement element, string name) => [.. Elements(element, name).Select(one => one.GetString() ?? "")];

    /// <summary>The full name, without the verb behind its colon.</summary>
    private static string NameOf(HttpContext context, string collection) =>
        $"projects/{context.Request.RouteValues["project"]}/{collection}/{((string)context.Request.RouteValues["name"]!).Split(':')[0]}";

    private static string VerbOf(HttpContext context) => ((string)context.Request.RouteValues["name"]!).Split(':') is [_, var verb] ? verb : "";
}
