using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Turns the events of streamGenerateContent, each an answer with some more parts, into the chunks of a chat completion.</summary>
internal sealed class GeminiStream(long created) : StreamTranslator
{
    // By candidate; a candidate is there once it began.
    private readonly Dictionary<int, Choice> _choices = [];
    private string? _id;
    private string? _model;
    private GeminiUsage _usage;

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        if (data.Member("error") is { } error)
        {
            WriteError(error, output);
            return;
        }

        _id ??= data.Word("responseId");
        _model ??= data.Word("modelVersion");
        if (data.Member("usageMetadata") is { } usage)
        {
            _usage = _usage.With(GeminiUsage.Read(usage));
        }

        int position = 0;
        foreach (JsonElement element in data.Items("candidates"))
        {
            Candidate(element.Count("index") ?? position, new GeminiCandidate(element), output);
            position++;
        }

        if (_choices.Count == 0 && GeminiCandidate.BlockReason(data) is { } blocked)
        {
            Choice choice = Begin(0, output);
            choice.IsFinished = true;
            Chunk(output, 0, json => json.WriteString("refusal", GeminiAnswer.Refusal(blocked)));
            Chunk(output, 0, static _ => { }, finish: "content_filter");
        }
    }

    /// <summary>The protocol has no end marker: a stream is whole when every candidate said why it ended.</summary>
    public override void End(IBufferWriter<byte> output)
    {
        if (_choices.Count == 0 || IsDone || _choices.Values.Any(static choice => !choice.IsFinished))
        {
            return;
        }

        Write(output, null, json =>
        {
            WriteHead(json);
            json.WriteStartArray("choices");
            json.WriteEndArray();
            json.WritePropertyName("usage");
            _usage.WriteForChat(json);
            json.WriteEndObject();
        });
        output.Write("data: [DONE]\n\n"u8);
        IsDone = true;
    }

    private void Candidate(int index, GeminiCandidate candidate, IBufferWriter<byte> output)
    {
        Choice choice = _choices.TryGetValue(index, out Choice? begun) ? begun : Begin(index, output);
        if (candidate.Thoughts.Count > 0)
        {
            Chunk(output, index, json => json.Join("reasoning_content", candidate.Thoughts));
        }

        // Log probabilities come with the text that they are of.
        if (candidate.Texts.Count > 0)
        {
            Chunk(output, index, json => json.Join("content", candidate.Texts), candidate.Element);
        }

        foreach (JsonElement part in candidate.Calls)
        {
            int number = choice.Calls++;
            Chunk(output, index, json =>
            {
                json.WriteStartArray("tool_calls");
                json.WriteStartObject();
                json.WriteNumber("index", number);
                GeminiCandidate.WriteCall(json, part, _id, number);
                json.WriteEndObject();
                json.WriteEndArray();
            });
        }

        if (candidate.FinishReason is { } reason && !choice.IsFinished)
        {
            choice.IsFinished = true;
            Chunk(output, index, static _ => { }, finish: GeminiCandidate.FinishWord(reason, choice.Calls > 0));
        }
    }

    private Choice Begin(int index, IBufferWriter<byte> output)
    {
        var choice = new Choice();
        _choices.Add(index, choice);
        Chunk(output, index, static json =>
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, ""u8);
            json.WriteNull("refusal"u8);
        });
        return choice;
    }

    private void Chunk(IBufferWriter<byte> output, int index, Action<Utf8JsonWriter> writeDelta, JsonElement withLogprobs = default, string? finish = null) => Write(output, null, json =>
    {
        WriteHead(json);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        writeDelta(json);
        json.WriteEndObject();
        json.WritePropertyName("logprobs");
        GeminiLogprobs.Write(json, withLogprobs);
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", "chatcmpl-" + _id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", created);
        json.WriteString("model", _model);
    }

    private void WriteError(JsonElement error, IBufferWriter<byte> output)
    {
        Write(output, null, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.CopyIfAny("message", error.Member("message"));
            json.WriteString("type", "server_error");
            json.WriteNull("param");
            json.CopyIfAny("code", error.Member("status"));
            json.WriteEndObject();
            json.WriteEndObject();
        });
        IsDone = true;
    }

    private sealed class Choice
    {
        public int Calls { get; set; }

        public bool IsFinished { get; set; }
    }
}
