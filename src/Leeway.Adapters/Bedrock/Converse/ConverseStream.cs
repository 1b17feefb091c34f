using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>Turns the events of ConverseStream into the chunks of a chat completion.</summary>
internal sealed class ConverseStream : ChunkStream
{
    // Blocks of a message are numbered together, tool calls of a completion by themselves.
    private readonly Dictionary<int, int> _calls = [];
    private readonly HashSet<int> _withArguments = [];
    private bool _stopped;

    public ConverseStream(string model, DateTimeOffset now)
        : base(now.ToUnixTimeSeconds())
    {
        Id = ConverseAnswer.CompletionId(now);
        Model = model;
    }

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        switch (name)
        {
            case "messageStart":
                Begin(output);
                break;
            case "contentBlockStart" when data.Member("start")?.Member("toolUse") is { } call:
                StartCall(Index(data), call, output);
                break;
            case "contentBlockDelta":
                Delta(Index(data), data.Member("delta"), output);
                break;
            case "contentBlockStop":
                StopBlock(Index(data), output);
                break;
            case "messageStop":
                _stopped = true;
                Stop(ConverseAnswer.FinishReason(data.Word("stopReason")), output);
                break;
            case "metadata":
                Finish(data.Member("usage") is { } usage ? ConverseAnswer.Usage(usage) : null, output);
                break;
            case "error":
                Fail(data.Member("error"), output);
                break;
        }
    }

    /// <summary>A message that stopped is whole, even where its counts were not told.</summary>
    public override void End(IBufferWriter<byte> output)
    {
        if (_stopped && !IsDone)
        {
            Finish(null, output);
        }
    }

    private static int Index(JsonElement data) => data.Count("contentBlockIndex") ?? throw new FormatException("sent an event of a block without its index");

    private void StartCall(int index, JsonElement call, IBufferWriter<byte> output)
    {
        int number = _calls.Count;
        _calls[index] = number;
        Chunk(output, static (json, state) => WriteCall(json, state.number, function => function.WriteString("arguments", ""), state.call, "toolUseId"), (number, call));
    }

    private void Delta(int index, JsonElement? delta, IBufferWriter<byte> output)
    {
        if (delta?.Member("text") is { ValueKind: JsonValueKind.String } text)
        {
            Chunk(output, static (json, text) => json.Copy("content", text), text);
        }
        else if (delta?.Member("reasoningContent")?.Member("text") is { ValueKind: JsonValueKind.String } thought)
        {
            Chunk(output, static (json, thought) => json.Copy("reasoning_content", thought), thought);
        }
        else if (delta?.Member("toolUse")?.Member("input") is { ValueKind: JsonValueKind.String } part && !part.IsEmptyText() && _calls.TryGetValue(index, out int call))
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
}
