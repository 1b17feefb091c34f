using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.MessageBatches;

/// <summary>Reads a create body. What is wrong with a row's <c>params</c> is found only when it runs.</summary>
internal static partial class MessageBatchReader
{
    public const int MaxBytes = 256 * 1024 * 1024;

    private const int MaxRequests = 100_000;

    public static (MessageBatchInput? Input, ApiError? Error) Read(JsonElement body, Spool spool)
    {
        try
        {
            return ReadChecked(body, spool);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, as in an answer's body.
            return (null, ApiError.UnparsableBody);
        }
    }

    private static (MessageBatchInput? Input, ApiError? Error) ReadChecked(JsonElement body, Spool spool)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (field.Name != "requests")
            {
                return (null, ApiError.Bad(field.Name, "Extra inputs are not permitted"));
            }
        }

        if (!body.TryGetProperty("requests", out var requests) || requests.ValueKind != JsonValueKind.Array)
        {
            return (null, ApiError.Bad("requests", "Field required"));
        }

        if (requests.GetArrayLength() is 0 or > MaxRequests)
        {
            return (null, requests.GetArrayLength() == 0
                ? ApiError.Bad("requests", "List should have at least 1 item after validation, not 0")
                : new ApiError(413, $"requests: List should have at most {MaxRequests} items"));
        }

        var lines = new List<JsonLine>(requests.GetArrayLength());
        var customIds = new HashSet<string>(StringComparer.Ordinal);
        var models = new HashSet<string?>(StringComparer.Ordinal);
        foreach (var (index, request) in requests.EnumerateArray().Index())
        {
            if (Check(request, $"requests.{index}", customIds) is { } error)
            {
                return (null, error);
            }

            models.Add(request.GetProperty("params").StringOrNull("model"));
            var bytes = JsonMarshal.GetRawUtf8Value(request);
            lines.Add(new JsonLine(spool.Length, bytes.Length, index + 1));
            spool.Write(bytes);
        }

        return (new MessageBatchInput(spool.ToContent(), lines, customIds, models.Count == 1 ? models.First() : null), null);
    }

    private static ApiError? Check(JsonElement request, string path, HashSet<string> customIds)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return ApiError.Bad(path, "Input should be an object");
        }

        if (request.StringOrNull("custom_id") is not { } customId)
        {
            return ApiError.Bad($"{path}.custom_id", "Field required");
        }

        return !CustomId().IsMatch(customId) ? ApiError.Bad($"{path}.custom_id", "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")
            : !customIds.Add(customId) ? ApiError.Bad($"{path}.custom_id", $"'{customId}' was used by an earlier request of the batch")
            : !request.TryGetProperty("params", out var body) || body.ValueKind != JsonValueKind.Object ? ApiError.Bad($"{path}.params", "Field required")
            : null;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex CustomId();
}
