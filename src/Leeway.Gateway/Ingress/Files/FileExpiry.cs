using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>
/// <c>expires_after</c> in the encodings that clients use: <c>expires_after[anchor]</c> and <c>[seconds]</c> (Python, Node, curl),
/// <c>expires_after.anchor</c> and <c>.seconds</c> (Azure's pages), or one JSON field (.NET, and bodies that are JSON).
/// </summary>
internal sealed class FileExpiry
{
    // OpenAI's bounds.
    private const int MinSeconds = 3600;
    private const int MaxSeconds = 2_592_000;

    private string? _anchor;
    private string? _seconds;
    private bool _given;
    private bool _isObject = true;

    /// <summary>Takes a form field; false when it is another one.</summary>
    public bool TryTake(string name, string value)
    {
        switch (name)
        {
            case "expires_after[anchor]" or "expires_after.anchor":
                (_anchor, _given) = (value, true);
                return true;
            case "expires_after[seconds]" or "expires_after.seconds":
                (_seconds, _given) = (value, true);
                return true;
            case "expires_after":
                TakeJson(value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes a member of a JSON body.</summary>
    public void Take(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        _given = true;
        _isObject = value.ValueKind == JsonValueKind.Object;
        if (_isObject)
        {
            _anchor = value.TryGetProperty("anchor", out JsonElement anchor) ? anchor.ToString() : null;
            _seconds = value.TryGetProperty("seconds", out JsonElement seconds) ? seconds.ToString() : null;
        }
    }

    /// <summary>The lifetime; null when none was given.</summary>
    public (TimeSpan? Lifetime, Problem? Problem) Read()
    {
        if (!_given)
        {
            return (null, null);
        }

        if (!_isObject)
        {
            return (null, FileProblems.Parameter("expires_after", "expires_after must be an object such as {\"anchor\":\"created_at\",\"seconds\":86400}."));
        }

        if (_anchor != "created_at")
        {
            return (null, FileProblems.Parameter("expires_after.anchor", $"expires_after.anchor must be 'created_at'{Got(_anchor)}.", Shown(_anchor)));
        }

        return int.TryParse(_seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= MinSeconds and <= MaxSeconds
            ? (TimeSpan.FromSeconds(seconds), null)
            : (null, FileProblems.Parameter("expires_after.seconds", $"expires_after.seconds must be a whole number from {MinSeconds} to {MaxSeconds}{Got(_seconds)}.", Shown(_seconds)));
    }

    private void TakeJson(string value)
    {
        (_given, _isObject) = (true, false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            Take(document.RootElement);
        }
        catch (JsonException)
        {
            // Read says what it should have been.
        }
    }

    private static string Got(string? value) => value is null ? ", and there is none" : $"; got '{Short.Of(value)}'";

    private static string? Shown(string? value) => value is null ? null : Short.Of(value);
}
