using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Files;

/// <summary>The <c>expires_after</c> of an upload, in any of the three encodings clients use, and the <c>output_expires_after</c> of a batch.</summary>
/// <param name="minSeconds">The shortest that may be asked for.</param>
internal sealed class FileExpiry(int minSeconds)
{
    public static readonly TimeSpan BatchDefault = TimeSpan.FromDays(30);

    private const int MaxSeconds = 2_592_000;

    private string? _anchor;
    private string? _seconds;

    /// <summary>Takes a form field; false when the field is another one.</summary>
    public bool TryTake(string name, string value)
    {
        switch (name)
        {
            case "expires_after[anchor]" or "expires_after.anchor":
                _anchor = value;
                return true;
            case "expires_after[seconds]" or "expires_after.seconds":
                _seconds = value;
                return true;
            case "expires_after":
                TakeJson(value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The duration; null when none was given.</summary>
    public (TimeSpan? Duration, ApiError? Error) Read() => Read(_anchor, _seconds, "expires_after", minSeconds);

    public static (TimeSpan? Duration, ApiError? Error) Read(JsonElement body, string name, int minSeconds)
    {
        if (!body.Has(name, out var given))
        {
            return (null, null);
        }

        return given.ValueKind == JsonValueKind.Object
            ? Read(given.StringOrNull("anchor"), given.TryGetProperty("seconds", out var seconds) ? seconds.ToString() : null, name, minSeconds)
            : (null, ApiError.Invalid(name, $"Invalid '{name}': expected an object."));
    }

    private static (TimeSpan? Duration, ApiError? Error) Read(string? anchor, string? seconds, string name, int minSeconds)
    {
        if (anchor is null && seconds is null)
        {
            return (null, null);
        }

        if (anchor != "created_at")
        {
            return (null, ApiError.Invalid($"{name}.anchor", $"Invalid '{name}.anchor': expected 'created_at'."));
        }

        return int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxSeconds && number >= minSeconds
            ? (TimeSpan.FromSeconds(number), null)
            : (null, ApiError.Invalid($"{name}.seconds", $"Invalid '{name}.seconds': expected an integer from {minSeconds} to {MaxSeconds}."));
    }

    private void TakeJson(string value)
    {
        // An unreadable value leaves the anchor wrong, which Read then says.
        _anchor = "";
        try
        {
            using var json = JsonDocument.Parse(value);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                _anchor = json.RootElement.StringOrNull("anchor") ?? "";
                _seconds = json.RootElement.TryGetProperty("seconds", out var seconds) ? seconds.ToString() : null;
            }
        }
        catch (JsonException)
        {
            _seconds = null;
        }
    }
}
