using System.Text.Json;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Batches;

/// <summary>A create body that passed the checks made at once; the file's lines are checked later.</summary>
internal sealed record BatchRequest(string InputFileId, string Endpoint, IReadOnlyDictionary<string, string> Metadata, TimeSpan OutputExpiresAfter)
{
    private const int MaxPairs = 16;
    private const int MaxKeyChars = 64;
    private const int MaxValueChars = 512;

    /// <param name="endpoints">Those a batch may be for.</param>
    /// <param name="minExpiry">Of the output, in seconds.</param>
    public static (BatchRequest? Request, ApiError? Error) Read(JsonElement body, IReadOnlyList<string> endpoints, int minExpiry)
    {
        foreach (var name in (ReadOnlySpan<string>)["input_file_id", "endpoint", "completion_window"])
        {
            if (body.StringOrNull(name) is null)
            {
                return (null, ApiError.Missing(name));
            }
        }

        if (!endpoints.Contains(body.StringOrNull("endpoint")))
        {
            return (null, ApiError.Invalid("endpoint", $"Invalid 'endpoint': the sandbox runs {string.Join(", ", endpoints)}."));
        }

        if (body.StringOrNull("completion_window") != "24h")
        {
            return (null, ApiError.Invalid("completion_window", "Invalid 'completion_window': expected '24h'."));
        }

        var (expiry, error) = FileExpiry.Read(body, "output_expires_after", minExpiry);
        var (metadata, wrong) = ReadMetadata(body);
        return metadata is null || error is not null
            ? (null, error ?? wrong)
            : (new BatchRequest(body.StringOrNull("input_file_id")!, body.StringOrNull("endpoint")!, metadata, expiry ?? FileExpiry.BatchDefault), null);
    }

    private static (Dictionary<string, string>? Metadata, ApiError? Error) ReadMetadata(JsonElement body)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!body.Has("metadata", out var given))
        {
            return (metadata, null);
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return (null, ApiError.Invalid("metadata", "Invalid 'metadata': expected an object."));
        }

        foreach (var pair in given.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String || pair.Name.Length > MaxKeyChars || pair.Value.GetString()!.Length > MaxValueChars)
            {
                return (null, ApiError.Invalid(
                    "metadata", $"Invalid 'metadata': keys have at most {MaxKeyChars} characters, values are strings of at most {MaxValueChars}."));
            }

            metadata[pair.Name] = pair.Value.GetString()!;
        }

        return metadata.Count <= MaxPairs ? (metadata, null) : (null, ApiError.Invalid("metadata", $"Invalid 'metadata': at most {MaxPairs} pairs."));
    }
}
