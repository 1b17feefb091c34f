using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The values of <c>anthropic-version</c>, and what the newest of them no longer takes.</summary>
internal static class MessageVersions
{
    /// <summary>Sent by the vendor's SDKs of October 2026 and later.</summary>
    public const string Newest = "2026-10-21";

    public static readonly IReadOnlyList<string> All = ["2023-01-01", "2023-06-01", Newest];

    private static readonly string[] s_removed = ["temperature", "top_p", "top_k"];

    /// <summary>Since 2026-10-21: no sampling parameters, not even at their defaults; no documents of the assistant; no citations in text of the user.</summary>
    public static ApiError? CheckRemoved(JsonElement body, string? version)
    {
        if (version != Newest)
        {
            return null;
        }

        if (s_removed.FirstOrDefault(name => body.TryGetProperty(name, out _)) is { } removed)
        {
            return ApiError.Bad(removed, "Extra inputs are not permitted");
        }

        foreach (var (index, message) in body.GetProperty("messages").EnumerateArray().Index())
        {
            var role = message.GetProperty("role").GetString();
            var content = message.GetProperty("content");
            foreach (var (place, block) in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().Index() : [])
            {
                var type = block.StringOrNull("type");
                if (role == "assistant" && type == "document")
                {
                    return ApiError.Bad($"messages.{index}.content.{place}", "`document` blocks are not permitted in assistant messages");
                }

                if (role == "user" && type == "text" && block.Has("citations", out var citations)
                    && citations.ValueKind == JsonValueKind.Array && citations.GetArrayLength() > 0)
                {
                    return ApiError.Bad($"messages.{index}.content.{place}.text.citations", "citations are not permitted in user messages");
                }
            }
        }

        return null;
    }
}
