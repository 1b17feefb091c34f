using System.Text.Json;

namespace Leeway.Storage.Responses;

/// <summary>Which event tells a response's end.</summary>
internal static class ResponseEnd
{
    /// <summary>The event, by the request's state; what a provider answered says itself how it ended.</summary>
    public static string EventOf(FinishedRequest end) => end.To switch
    {
        RequestState.Cancelled => DeliveryEvents.ResponseCancelled,
        RequestState.Succeeded => StatusOf(end.Result.Body.Span) switch
        {
            "incomplete" => DeliveryEvents.ResponseIncomplete,
            "failed" => DeliveryEvents.ResponseFailed,
            "cancelled" => DeliveryEvents.ResponseCancelled,
            _ => DeliveryEvents.ResponseCompleted,
        },
        _ => DeliveryEvents.ResponseFailed,
    };

    private static string? StatusOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 1000 });
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isStatus = json.ValueTextEquals("status"u8);
                json.Read();
                if (isStatus && json.TokenType == JsonTokenType.String)
                {
                    return json.GetString();
                }

                json.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // An answer that cannot be read was one all the same.
        }

        return null;
    }
}
