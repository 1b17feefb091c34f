using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>Checks the messages of a Converse body: turns, one kind per block, and that results answer the calls right before them.</summary>
internal static class ConverseBlocks
{
    private static readonly string[] s_kinds =
    [
        "text", "image", "document", "video", "audio", "toolUse", "toolResult", "cachePoint", "reasoningContent", "citationsContent", "searchResult", "guardContent",
    ];

    private static readonly string[] s_images = ["png", "jpeg", "gif", "webp"];

    public static ApiError? Check(JsonElement body)
    {
        if (body.Has("system", out var system) && CheckSystem(system) is { } wrong)
        {
            return wrong;
        }

        if (!body.Has("messages", out var messages))
        {
            return AwsErrors.Missing("messages");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return AwsErrors.NotAnObject;
        }

        if (messages.GetArrayLength() == 0 || messages[0].ValueKind != JsonValueKind.Object || messages[0].StringOrNull("role") != "user")
        {
            return AwsErrors.Validation("A conversation must start with a user message. Try again with a conversation that starts with a user message.");
        }

        IReadOnlyList<string> open = [];
        string? before = null;
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            if ((CheckMessage(message, index, before) ?? CheckResults(message, index, open)) is { } problem)
            {
                return problem;
            }

            before = message.StringOrNull("role");
            open = [.. Ids(message, "toolUse")];
        }

        return UsesTools(messages) && !body.Has("toolConfig", out _)
            ? AwsErrors.Validation("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
            : null;
    }

    private static ApiError? CheckSystem(JsonElement system) => system.ValueKind != JsonValueKind.Array
        ? AwsErrors.NotAnObject
        : system.EnumerateArray().Index().Select(one => CheckBlock(one.Item, $"system.{one.Index}")).FirstOrDefault(problem => problem is not null);

    private static ApiError? CheckMessage(JsonElement message, int index, string? before)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return AwsErrors.NotAnObject;
        }

        var role = message.StringOrNull("role");
        if (role is not ("user" or "assistant"))
        {
            return role is null
                ? AwsErrors.Missing($"messages.{index + 1}.member.role")
                : AwsErrors.Constraint($"messages.{index + 1}.member.role", role, "Member must satisfy enum value set: [user, assistant]");
        }

        if (role == before)
        {
            return AwsErrors.Validation("A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.");
        }

        if (!message.Has("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return AwsErrors.Missing($"messages.{index + 1}.member.content");
        }

        return content.GetArrayLength() == 0
            ? AwsErrors.Validation($"The content field in the Message object at messages.{index} is empty. Add a ContentBlock object to the content field and try again.")
            : content.EnumerateArray().Index().Select(one => CheckBlock(one.Item, $"messages.{index}.content.{one.Index}")).FirstOrDefault(problem => problem is not null);
    }

    private static ApiError? CheckBlock(JsonElement block, string at)
    {
        if (block.ValueKind != JsonValueKind.Object || block.EnumerateObject().Count() != 1 || !s_kinds.Contains(block.EnumerateObject().First().Name))
        {
            return AwsErrors.Validation($"The ContentBlock object at {at} must set one of the following keys: {string.Join(", ", s_kinds)}.");
        }

        var (kind, value) = (block.EnumerateObject().First().Name, block.EnumerateObject().First().Value);
        if (kind == "text")
        {
            return value.ValueKind != JsonValueKind.String ? AwsErrors.NotAnObject
                : string.IsNullOrWhiteSpace(value.GetString()) ? AwsErrors.Validation($"The text field in the ContentBlock object at {at} is blank. Add text to the text field, and try again.")
                : null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return AwsErrors.NotAnObject;
        }

        return kind switch
        {
            "image" => CheckImage(value, at),
            "toolUse" when value.StringOrNull("toolUseId") is null => AwsErrors.Missing($"{at}.toolUse.toolUseId"),
            "toolUse" when value.StringOrNull("name") is null => AwsErrors.Missing($"{at}.toolUse.name"),
            "toolUse" when !value.Has("input", out var input) || input.ValueKind != JsonValueKind.Object =>
                AwsErrors.Validation($"The format of the value at {at}.toolUse.input is invalid. Provide a json object for the field and try again."),
            "toolResult" when value.StringOrNull("toolUseId") is null => AwsErrors.Missing($"{at}.toolResult.toolUseId"),
            "toolResult" when !value.Has("content", out var content) || content.ValueKind != JsonValueKind.Array || content.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.Object) =>
                AwsErrors.Missing($"{at}.toolResult.content"),
            "cachePoint" when value.StringOrNull("type") != "default" => AwsErrors.Constraint($"{at}.cachePoint.type", value.StringOrNull("type") ?? "", "Member must satisfy enum value set: [default]"),
            "cachePoint" when value.Has("ttl", out var ttl) && value.StringOrNull("ttl") is not ("5m" or "1h") =>
                AwsErrors.Constraint($"{at}.cachePoint.ttl", ttl.ToString(), "Member must satisfy enum value set: [5m, 1h]"),
            _ => null,
        };
    }

    private static ApiError? CheckImage(JsonElement image, string at)
    {
        var format = image.StringOrNull("format");
        if (!s_images.Contains(format))
        {
            return AwsErrors.Constraint($"{at}.image.format", format ?? "", $"Member must satisfy enum value set: [{string.Join(", ", s_images)}]");
        }

        if (!image.Has("source", out var source) || source.ValueKind != JsonValueKind.Object)
        {
            return AwsErrors.Missing($"{at}.image.source");
        }

        return source.StringOrNull("bytes") is { } bytes
            ? bytes.Length > 0 && Base64.IsValid(Encoding.UTF8.GetBytes(bytes)) ? null : AwsErrors.NotAnObject
            : source.Has("s3Location", out var location) && location.ValueKind == JsonValueKind.Object && location.StringOrNull("uri")?.StartsWith("s3://", StringComparison.Ordinal) == true
                ? null
                : AwsErrors.Missing($"{at}.image.source");
    }

    /// <param name="open">The calls of the message before.</param>
    private static ApiError? CheckResults(JsonElement message, int index, IReadOnlyList<string> open)
    {
        var results = Ids(message, "toolResult").ToList();
        return results.Any(id => !open.Contains(id))
            ? AwsErrors.Validation($"The number of toolResult blocks at messages.{index}.content exceeds the number of toolUse blocks of previous turn.")
            : open.Where(id => !results.Contains(id)).ToList() is { Count: > 0 } unanswered
                ? AwsErrors.Validation($"Expected toolResult blocks at messages.{index}.content for the following Ids: {string.Join(", ", unanswered)}")
                : null;
    }

    private static bool UsesTools(JsonElement messages) =>
        messages.EnumerateArray().Any(message => Ids(message, "toolUse").Any() || Ids(message, "toolResult").Any());

    private static IEnumerable<string> Ids(JsonElement message, string kind) => message.GetProperty("content").EnumerateArray()
        .Where(block => block.Has(kind, out _))
        .Select(block => block.GetProperty(kind).StringOrNull("toolUseId")!);
}
