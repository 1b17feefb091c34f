using System.Text.Json;

namespace Leeway.RealTime;

/// <summary>What becomes of an event.</summary>
internal enum EventFate
{
    /// <summary>It goes on as it came.</summary>
    Relay,

    /// <summary>It is ours and ends here.</summary>
    Drop,

    /// <summary>It goes on without the lines that are no part of the dialect.</summary>
    Strip,

    /// <summary>The stream ends here, with an error.</summary>
    Stop,
}

/// <summary>
/// What a dialect's events say: the end, the usage, an error. One per stream; an event that says none of it costs a comparison of its
/// name, and nothing is allocated for it.
/// </summary>
internal abstract class StreamEvents(IProvider provider, string endpoint)
{
    /// <summary>Whether events have names, which clients of the dialect go by.</summary>
    public abstract bool AreNamed { get; }

    /// <summary>True once the end marker, or the reason of the end, came.</summary>
    public bool IsComplete { get; protected set; }

    /// <summary>True once the end marker came.</summary>
    public bool IsDone { get; protected set; }

    /// <summary>The provider's count of the whole answer, once it told it.</summary>
    public abstract ReportedUsage? Usage { get; }

    /// <summary>The events of an endpoint.</summary>
    public static StreamEvents Of(IProvider provider, string endpoint, bool usageEventIsOurs) =>
        Endpoints.DialectOf(endpoint) == Dialect.Anthropic ? new MessageEvents(provider, endpoint)
        : endpoint == Endpoints.Responses ? new ResponseEvents(provider, endpoint)
        : new CompletionEvents(provider, endpoint, usageEventIsOurs);

    /// <summary>Looks at one event. <paramref name="name"/> is empty where it has none.</summary>
    public EventFate Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsComplete = IsDone = true;
            return EventFate.Relay;
        }

        if (data.Length < 2 || data[0] != '{' || data[^1] != '}')
        {
            error = new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider sent an event that is not JSON.");
            return EventFate.Stop;
        }

        return Look(AreNamed && name.IsEmpty ? TypeOf(data) : name, data, ref error);
    }

    protected abstract EventFate Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref ProviderError? error);

    protected ReportedUsage? ReadUsage(ReadOnlySpan<byte> data) => provider.ReadUsage(endpoint, data);

    protected static EventFate Failed(ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        error = new ProviderError(ProviderErrorKind.StreamError, "The provider reported an error in the stream.") { Body = data.ToArray() };
        return EventFate.Stop;
    }

    // Servers that resemble a vendor's may leave the names out; each event repeats its own.
    private static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> data)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isType = json.ValueTextEquals("type"u8);
                json.Read();
                if (isType && json.TokenType == JsonTokenType.String)
                {
                    return json.ValueSpan;
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // What is no JSON goes on as it came: whole events are relayed, not judged.
        }

        return default;
    }
}
