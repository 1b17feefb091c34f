using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Functions that a model calls, and their results.</summary>
public abstract class ToolConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    private const string Tools =
        """[{"type":"function","function":{"name":"get_weather","description":"Weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},{"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{"zone":{"type":"string"}}}}}]""";

    private const string Ask = """{"role":"user","content":"Call get_weather and get_time."}""";

    private static readonly string[] s_both = ["get_weather", "get_time"];

    [Fact]
    public async Task Functions_are_called_at_once_and_their_results_answered()
    {
        JsonElement choice = (await CompleteAsync($$"""{"model":"model","tools":{{Tools}},"messages":[{{Ask}}]}""")).GetProperty("choices")[0];

        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        JsonElement message = choice.GetProperty("message");
        JsonElement[] calls = [.. message.GetProperty("tool_calls").EnumerateArray()];
        Assert.Equal(s_both, calls.Select(NameOf));
        Assert.Equal(2, calls.Select(call => call.GetProperty("id").GetString()).Distinct().Count());
        string results = string.Join(',', calls.Select(call => $$"""{"role":"tool","tool_call_id":"{{call.GetProperty("id").GetString()}}","content":"fine"}"""));
        JsonElement second = (await CompleteAsync($$"""{"model":"model","tools":{{Tools}},"messages":[{{Ask}},{{message.GetRawText()}},{{results}}]}""")).GetProperty("choices")[0];
        Assert.Equal("stop", second.GetProperty("finish_reason").GetString());
        Assert.StartsWith("digest:", second.GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_can_be_demanded()
    {
        JsonElement choice = (await CompleteAsync(
            $$"""{"model":"model","tools":{{Tools}},"tool_choice":{"type":"function","function":{"name":"get_time"} },"messages":[{"role":"user","content":"Hello"}]}""")).GetProperty("choices")[0];

        Assert.Equal("get_time", NameOf(Assert.Single(choice.GetProperty("message").GetProperty("tool_calls").EnumerateArray())));
    }

    [Fact]
    public async Task A_stream_of_calls_adds_up_to_the_plain_answer()
    {
        string body = $$"""{"model":"model","tools":{{Tools}},"messages":[{{Ask}}]""";
        JsonElement plain = (await CompleteAsync(body + "}")).GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls");

        IReadOnlyList<SseEvent> events = await StreamAsync("/v1/chat/completions", body + ",\"stream\":true}");

        string[] streamed = [.. events.SkipLast(1).SelectMany(one => one.Json.GetProperty("choices").EnumerateArray())
            .Where(choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out JsonElement calls) && calls.ValueKind == JsonValueKind.Array)
            .SelectMany(choice => choice.GetProperty("delta").GetProperty("tool_calls").EnumerateArray())
            .GroupBy(part => part.GetProperty("index").GetInt32()).OrderBy(group => group.Key)
            .Select(group => NameOf(group.First()) + Normal(string.Concat(group.Select(part => part.GetProperty("function").TryGetProperty("arguments", out JsonElement text) ? text.GetString() : ""))))];
        Assert.Equal(plain.EnumerateArray().Select(call => NameOf(call) + Normal(call.GetProperty("function").GetProperty("arguments").GetString()!)), streamed);
    }

    [Fact]
    public async Task A_client_of_messages_calls_functions_too()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/messages", """
            {"model":"model","max_tokens":300,"tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],
             "messages":[{"role":"user","content":"Call get_weather."}]}
            """, ("anthropic-version", "2023-06-01"));
        JsonElement message = await OkAsync(answer);

        Assert.Equal("tool_use", message.GetProperty("stop_reason").GetString());
        JsonElement use = message.GetProperty("content").EnumerateArray().Single(block => block.GetProperty("type").GetString() == "tool_use");
        Assert.Equal("get_weather", use.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.String, use.GetProperty("input").GetProperty("city").ValueKind);
    }

    private static string NameOf(JsonElement call) => call.GetProperty("function").GetProperty("name").GetString()!;

    // White space within arguments is the vendor's.
    private static string Normal(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json.Length == 0 ? "{}" : json).RootElement);
}
