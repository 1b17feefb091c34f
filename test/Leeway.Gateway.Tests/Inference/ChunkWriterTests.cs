using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Ingress.ChatCompletions;
using Leeway.Gateway.Ingress.Inference;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>A whole completion told as a stream.</summary>
public sealed class ChunkWriterTests
{
    [Fact]
    public void Each_choice_is_a_chunk_and_its_finish_and_unknown_members_survive()
    {
        JsonElement[] chunks = Chunks("""
            {
              "id": "c1", "object": "chat.completion", "created": 7, "model": "m", "unknown": 1,
              "choices": [
                { "index": 0, "message": { "role": "assistant", "content": "a", "reasoning": { "x":
                  [1, 2] } }, "finish_reason": "stop" },
                { "index": 1, "message": { "role": "assistant", "content": "b" }, "finish_reason": "length" }
              ],
              "usage": { "total_tokens": 3 }
            }
            """, includeUsage: false);

        Assert.Equal(4, chunks.Length);
        Assert.All(chunks, chunk => Assert.Equal(("chat.completion.chunk", "c1", 7), (
            chunk.GetProperty("object").GetString(), chunk.GetProperty("id").GetString(), chunk.GetProperty("created").GetInt32())));
        Assert.Equal(["a", null, "b", null], chunks.Select(chunk => Delta(chunk).TryGetProperty("content", out JsonElement content) ? content.GetString() : null));
        Assert.Equal([null, "stop", null, "length"], chunks.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.Equal([0, 0, 1, 1], chunks.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("index").GetInt32()));
        Assert.Equal(2, Delta(chunks[0]).GetProperty("reasoning").GetProperty("x")[1].GetInt32());
    }

    [Fact]
    public void The_usage_comes_last_without_a_choice_when_it_was_asked_for()
    {
        JsonElement[] chunks = Chunks("""{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}""", includeUsage: true);

        Assert.Equal(3, chunks.Length);
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(3, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public void Tool_calls_carry_the_index_by_which_a_client_joins_them()
    {
        JsonElement[] chunks = Chunks("""
            {"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[
              {"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
              {"id":"t2","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}
            """, includeUsage: false);

        JsonElement calls = Delta(chunks[0]).GetProperty("tool_calls");
        Assert.Equal([(0, "t1"), (1, "t2")], calls.EnumerateArray().Select(call => (call.GetProperty("index").GetInt32(), call.GetProperty("id").GetString()!)));
        Assert.Equal("""{"a":1}""", calls[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public void Half_a_surrogate_pair_passes_as_it_came()
    {
        string text = Write("""{"choices":[{"index":0,"message":{"content":"cut \ud83d"},"finish_reason":"length"}]}""", includeUsage: false);

        Assert.Contains("\"content\":\"cut \\ud83d\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"error\": {\r\n    \"message\": \"a\\nb\"\n  }\n}\n")]
    public void Indented_JSON_becomes_one_event(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        SseData.Write(output, Encoding.UTF8.GetBytes(json));
        string text = Encoding.UTF8.GetString(output.WrittenSpan);

        Assert.Equal(text.Length - 2, text.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal("a\nb", JsonDocument.Parse(text["data: ".Length..]).RootElement.GetProperty("error").GetProperty("message").GetString());
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static string Write(string completion, bool includeUsage)
    {
        var output = new ArrayBufferWriter<byte>();
        ChunkWriter.Write(Encoding.UTF8.GetBytes(completion), output, includeUsage);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static JsonElement[] Chunks(string completion, bool includeUsage)
    {
        string[] events = Write(completion, includeUsage).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(one => JsonDocument.Parse(one["data: ".Length..]).RootElement)];
    }
}
