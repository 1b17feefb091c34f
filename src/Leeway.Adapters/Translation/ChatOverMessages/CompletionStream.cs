using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>Turns the events of a message into the chunks of a chat completion.</summary>
internal sealed class CompletionStream(long created) : ChunkStream(created)
{
    // Blocks of a message are numbered together, tool calls of a completion by themselves.
    private readonly Dictionary<int, int> _calls = [];
    private readonly HashSet<int> _withArguments = [];
    private AnthropicUsage _usage;

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        switch (data.Word("type") ?? name)
        {
            case "message_start":
                Start(data.Member("message") ?? throw new FormatException("began a message without one"), output);
                break;
            case "content_block_start":
                StartBlock(Index(data), data.Member("content_block"), output);
                break;
            case "content_block_delta":
                Delta(Index(data), data.Member("delta"), output);
                break;
            case "content_block_stop":
                StopBlock(Index(data), output);
                break;
            case "message_delta":
                Count(data);
                if (data.Member("delta")?.Word("stop_reason") is { } reason)
                {
                    Stop(CompletionAnswer.FinishReason(reason), output);
                }

                break;
            case "message_stop":
                Finish(_usage, output);
                break;
            case "error":
                Fail(data.Member("error"), output);
                break;
        }
    }

    private static int Index(JsonElement data) => data.Count("index") ?? throw new FormatException("sent an event of a block without its index");

    private void Start(JsonElement message, IBufferWriter<byte> output)
    {
        Id = CompletionAnswer.CompletionId(message.Word("id"));
        Model = message.Word("model");
        Count(message);
        Begin(output);
    }

    private void StartBlock(int index, JsonElement? block, IBufferWriter<byte> output)
    {
        if (block?.Word("type") == "tool_use")
        {
            int call = _calls.Count;
            _calls[index] = call;
            Chunk(
                output,
                static (json, state) => WriteCall(json, state.call, function => function.WriteString("arguments", ""), state.block),
                (call, block: block.Value));
        }
        else if (block?.Member("text") is { ValueKind: JsonValueKind.String } text && !text.IsEmptyText())
        {
            Chunk(output, static (json, text) => json.Copy("content", text), text);
        }
    }

    private void Delta(int index, JsonElement? delta, IBufferWriter<byte> output)
    {
        if (delta?.Member("text") is { ValueKind: JsonValueKind.String } text)
        {
            Chunk(output, static (json, text) => json.Copy("content", text), text);
        }
        else if (delta?.Member("thinking") is { ValueKind: JsonValueKind.String } thought)
        {
            Chunk(output, static (json, thought) => json.Copy("reasoning_content", thought), thought);
        }
        else if (delta?.Member("partial_json") is { ValueKind: JsonValueKind.String } part && !part.IsEmptyText() && _calls.TryGetValue(index, out int call))
        {
            _withArguments.Add(index);
            Chunk(output, static (json, state) => WriteCall(json, state.call, function => function.Copy("arguments", state.part), null), (call, part));
        }
    }

    private void StopBlock(int index, IBufferWriter<byte> output)
    {
        // No arguments are an empty object, which nobody sends in fragments.
        if (_calls.TryGetValue(index, out int call) && !_withArguments.Contains(index))
        {
            Chunk(output, static (json, call) => WriteCall(json, call, function => function.WriteString("arguments", "{}"), null), call);
        }
    }

    private void Count(JsonElement data)
    {
        if (data.Member("usage") is { } usage)
        {
            _usage = _usage.With(AnthropicUsage.Read(usage));
        }
    }
}
