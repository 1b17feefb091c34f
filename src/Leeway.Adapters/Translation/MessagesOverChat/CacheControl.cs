using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>
/// Marks of what is worth caching. OpenAI caches what prompts have in common by itself, so a mark asks for what is done anyway and
/// changes no answer.
/// </summary>
internal static class CacheControl
{
    public static void Leave(RequestDocument document, Fields fields)
    {
        if (fields.Take("cache_control") is { } given)
        {
            Fields control = document.Open(given, fields.PathOf("cache_control"));
            control.LeaveIf("type", static type => type.Is("ephemeral"));
            control.LeaveIf("ttl", static ttl => ttl.ValueKind == JsonValueKind.String);
            control.Close();
        }
    }
}
