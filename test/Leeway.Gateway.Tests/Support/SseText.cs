using System.Text.Json;

namespace Leeway.Gateway.Tests.Support;

/// <summary>One event as a client parses it.</summary>
internal sealed record SseEvent(string? Name, string Data)
{
    public JsonElement Json { get; } = Data.StartsWith('{') ? JsonDocument.Parse(Data).RootElement : default;

    /// <summary>The member <c>type</c> of its data.</summary>
    public string? Type => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("type", out JsonElement type) ? type.GetString() : null;

    public int Number => Json.GetProperty("sequence_number").GetInt32();
}

/// <summary>Reads streams strictly: whole events, known fields, one data line each.</summary>
internal static class SseText
{
    public static async Task<IReadOnlyList<SseEvent>> ReadAsync(HttpResponseMessage answer) => Parse(await answer.Content.ReadAsStringAsync());

    public static IReadOnlyList<SseEvent> Parse(string text)
    {
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        var events = new List<SseEvent>();
        foreach (string one in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = [.. one.Split('\n').Where(line => !line.StartsWith(':'))];
            if (lines.Length == 0)
            {
                continue;
            }

            string? name = lines[0].StartsWith("event: ", StringComparison.Ordinal) ? lines[0]["event: ".Length..] : null;
            string data = Assert.Single(name is null ? lines : lines[1..]);
            Assert.StartsWith("data: ", data, StringComparison.Ordinal);
            events.Add(new SseEvent(name, data["data: ".Length..]));
        }

        return events;
    }
}
