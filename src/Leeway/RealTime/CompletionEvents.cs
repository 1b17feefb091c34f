using System.Text.Json;

namespace Leeway.RealTime;

/// <summary>Chunks of Chat Completions and Completions: no names, an end marker, a finish reason, perhaps a last chunk with the usage.</summary>
internal sealed class CompletionEvents(IProvider provider, string endpoint, bool usageEventIsOurs) : StreamEvents(provider, endpoint)
{
    private ReportedUsage? _usage;

    public override bool AreNamed => false;

    public override ReportedUsage? Usage => _usage;

    protected override EventFate Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref ProviderError? error)
    {
        if (IsError(data))
        {
            return Failed(data, ref error);
        }

        if (data.IndexOf("\"usage\":{"u8) >= 0 || data.IndexOf("\"usage\": {"u8) >= 0)
        {
            _usage = ReadUsage(data) ?? _usage;
            if (usageEventIsOurs && (data.IndexOf("\"choices\":[]"u8) >= 0 || data.IndexOf("\"choices\": []"u8) >= 0))
            {
                return EventFate.Drop;
            }
        }

        if (!IsComplete && (data.IndexOf("\"finish_reason\":\""u8) >= 0 || data.IndexOf("\"finish_reason\": \""u8) >= 0))
        {
            IsComplete = true;
        }

        return EventFate.Relay;
    }

    // An error object or text as a member of the event itself; a walk only where the name occurs at all.
    private static bool IsError(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\"error\""u8) < 0)
        {
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(data);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isError = json.ValueTextEquals("error"u8);
                json.Read();
                if (isError && json.TokenType is (JsonTokenType.StartObject or JsonTokenType.String))
                {
                    return true;
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // What is no JSON goes on as it came: whole events are relayed, not judged.
        }

        return false;
    }
}
