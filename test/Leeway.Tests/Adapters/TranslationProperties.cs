using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Translation.ChatOverMessages;
using Leeway.Adapters.Translation.MessagesOverChat;
using Leeway.Adapters.Translation.ResponsesOverChat;

namespace Leeway.Tests.Adapters;

/// <summary>What both dialects can say survives the way there and back; what one cannot is refused by name, whatever the body is.</summary>
public sealed class TranslationProperties
{
    private static readonly Translator s_chatOverMessages = new ChatOverMessages();
    private static readonly Translator s_messagesOverChat = new MessagesOverChat();
    private static readonly Translator s_responsesOverChat = new ResponsesOverChat();
    private static readonly Translator s_responsesOverMessages = new ChainedTranslator(s_responsesOverChat, s_chatOverMessages);

    private static readonly Translator s_chatOverGemini = new ChatOverGemini();

    private static readonly Deployment s_deployment = new() { Id = "p/m", Provider = "p", Kind = "anthropic", Model = "m", BaseUrl = new Uri("http://127.0.0.1/v1") };

    private const string Tools =
        """
        ,"tools":[{"type":"function","function":{"name":"f0","description":"d","parameters":{"type":"object","x":[1.0]},"strict":true}},{"type":"function","function":{"name":"f1","parameters":{}}}],"tool_choice":
        """;

    private static readonly Gen<string> s_text = Among("hi", "h\\u00e9", "\\\"quoted\\\"", "日本", "a\\nb", "\\ud83d\\ude00", "\\ud800", "{}").Select(static text => $"\"{text}\"");

    private static readonly Gen<string> s_part = Gen.OneOf(
        s_text.Select(static text => $$"""{"type":"text","text":{{text}}}"""),
        Among("data:image/png;base64,iVBO", "https://example.com/a.png").Select(static url => $$$"""{"type":"image_url","image_url":{"url":"{{{url}}}"}}"""),
        Gen.Const("""{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}"""));

    private static readonly Gen<string> s_user = Gen.OneOf(s_text, s_part.Array[2, 3].Select(static parts => $"[{string.Join(',', parts)}]"))
        .Select(static content => $$"""{"role":"user","content":{{content}}}""");

    private static readonly Gen<string> s_turn = Gen.Select(s_text, Gen.Int[0, 3], s_user, Gen.Bool, Among("{}", "{\\\"city\\\":\\\"Ulm\\\",\\\"n\\\":[1,2.50]}"), (text, calls, user, spoken, arguments) =>
    {
        string toolCalls = string.Join(',', Enumerable.Range(0, calls).Select(i => $$$"""{"id":"call_{{{i}}}","type":"function","function":{"name":"f{{{i}}}","arguments":"{{{arguments}}}"}}"""));
        string assistant = calls == 0 ? $$"""{"role":"assistant","content":{{text}}}"""
            : spoken ? $$"""{"role":"assistant","content":{{text}},"tool_calls":[{{toolCalls}}]}"""
            : $$"""{"role":"assistant","tool_calls":[{{toolCalls}}]}""";
        IEnumerable<string> results = Enumerable.Range(0, calls).Select(i => $$"""{"role":"tool","tool_call_id":"call_{{i}}","content":{{text}}}""");
        return string.Join(',', results.Prepend(assistant).Append(user));
    });

    private static readonly Gen<string> s_options = Gen.Select(
        Gen.Int[0, 255],
        Among("\"auto\"", "\"none\"", "\"required\"", """{"type":"function","function":{"name":"f0"}}"""),
        (mask, choice) => string.Concat(new[]
        {
            ",\"temperature\":0.25", ",\"top_p\":0.9", ",\"stop\":[\"a\",\"\\u00e9\"]", ",\"user\":\"u1\"", ",\"reasoning_effort\":\"high\"", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}",
            ""","response_format":{"type":"json_schema","json_schema":{"name":"output","schema":{"type":"object","properties":{}},"strict":true}}""",
            Tools + choice + (choice == "\"none\"" ? "" : ",\"parallel_tool_calls\":false"),
        }.Where((_, bit) => (mask & (1 << bit)) != 0)));

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[] Write(Translator translator, ReadOnlySpan<byte> body, bool stream = false)
    {
        var output = new ArrayBufferWriter<byte>();
        translator.WriteRequest(body, output, new RequestTerms(s_deployment, stream, Compatible: false));
        return output.WrittenSpan.ToArray();
    }

    [Fact]
    public void A_chat_request_survives_the_way_to_messages_and_back() =>
        Gen.Select(s_text, Gen.Bool, s_user, s_turn.Array[0, 3], s_options).Sample((system, hasSystem, user, turns, options) =>
        {
            string messages = string.Join(',', turns.Prepend(user));
            string body = $$"""{"model":"m","max_completion_tokens":77,"messages":[{{(hasSystem ? $$"""{"role":"system","content":{{system}}},""" : "")}}{{messages}}]{{options}}}""";
            bool stream = options.Contains("\"stream\"", StringComparison.Ordinal);

            // Half a surrogate pair passes too, but nothing can compare it.
            body = body.Replace("\\ud800", "\\ufffd", StringComparison.Ordinal);

            byte[] back = Write(s_messagesOverChat, Write(s_chatOverMessages, Encoding.UTF8.GetBytes(body), stream), stream);

            return JsonNode.DeepEquals(Normal(body), Normal(Encoding.UTF8.GetString(back)))
                ? true : throw new InvalidOperationException($"{body}\n{Encoding.UTF8.GetString(back)}");
        });

    [Fact]
    public void An_answer_survives_the_way_to_a_completion_and_back() =>
        Gen.Select(s_text, Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 100].Array[4]).Sample((text, calls, spoken, reason, counts) =>
        {
            string[] blocks =
            [
                .. spoken || calls == 0 ? [$$"""{"type":"text","text":{{text}}}"""] : Array.Empty<string>(),
                .. Enumerable.Range(0, calls).Select(i => $$$"""{"type":"tool_use","id":"toolu_{{{i}}}","name":"f","input":{"a":{{{text}}},"n":1.50}}"""),
            ];
            string stop = new[] { "end_turn", "max_tokens", "tool_use", "refusal" }[reason];
            string message = $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{{{string.Join(',', blocks)}}}],"stop_reason":"{{{stop}}}","stop_sequence":null,"usage":{"input_tokens":{{{counts[0]}}},"cache_creation_input_tokens":{{{counts[1]}}},"cache_read_input_tokens":{{{counts[2]}}},"output_tokens":{{{counts[3]}}}}}""";

            ReadOnlyMemory<byte> completion = TranslatedBody.Translate(s_chatOverMessages, Encoding.UTF8.GetBytes(message), DateTimeOffset.UnixEpoch);
            ReadOnlyMemory<byte> back = TranslatedBody.Translate(s_messagesOverChat, completion, DateTimeOffset.UnixEpoch);

            return Encoding.UTF8.GetString(back.Span) == message
                ? true : throw new InvalidOperationException($"{message}\n{Encoding.UTF8.GetString(back.Span)}");
        });

    public static TheoryData<string, string> Refused => new()
    {
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"whatever":1}|whatever""" },
        { "chat", """{"model":"m","messages":"x"}|messages""" },
        { "chat", """{"model":"m"}|messages""" },
        { "chat", """{"model":"m","messages":[]}|messages""" },
        { "chat", """{"model":"m","messages":[1]}|messages[0]""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":{}}]}|messages[0].content""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]}|messages[0].content[0].type""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":7}]}]}|messages[0].content[0].text""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{}}]}]}|messages[0].content[0].cache_control""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x","content":"y"}]}|messages[0].content""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"system","content":"y"}]}|messages[1].role""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"[1]"}}]}]}|messages[1].tool_calls[0].function.arguments""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}]}|messages[0].content[0].image_url.url""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}|n""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1.5}|temperature""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}|temperature""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"custom","custom":{}}]}|tools[0].type""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_object"}}|response_format.type""" },
        { "chat", """{"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":true}|logprobs""" },
        { "chat", """{"model":"m","messages":[{"role":"\ud800","content":"x"}]}|messages[0].role""" },
        { "messages", """{"model":"m","messages":[{"role":"user","content":"x"}]}|max_tokens""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"system","content":"x"}]}|messages[0].role""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{}}]}]}]}|messages[0].content[0].content[0].type""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://x"}}]}]}|messages[0].content[0].source.type""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]}|messages[0].content[0].source.type""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"stop_sequences":["1","2","3","4","5"]}|stop_sequences""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"system":[{"type":"image"}]}|system[0].type""" },
        { "messages", """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"metadata":{"user_id":"u","team":"t"}}|metadata.team""" },
        { "responses", """{"model":"m","input":[{"type":"item_reference","id":"x"}]}|input[0].type""" },
        { "responses", """{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]}|input[0].content[0].file_data""" },
        { "responses", """{"model":"m","input":"x","truncation":"auto"}|truncation""" },
        { "responses", """{"model":"m","input":7}|input""" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_carried_is_refused_by_name(string client, string bodyAndField)
    {
        string[] halves = bodyAndField.Split("|");
        Translator translator = client switch { "chat" => s_chatOverMessages, "messages" => s_messagesOverChat, _ => s_responsesOverChat };

        FieldProblem? problem = translator.FindUncarried(Encoding.UTF8.GetBytes(halves[0]), new RequestTerms(s_deployment, Stream: false, Compatible: false));

        Assert.NotNull(problem);
        Assert.Equal(halves[1], problem.Field);
        Assert.Equal(1, problem.Line);
        Assert.InRange(problem.Column, 1, halves[0].Length);
        Assert.NotEqual("", problem.Remedy);
    }

    [Fact]
    public void Any_json_is_carried_or_refused_and_nothing_else_happens() =>
        Gen.Select(Hostile(4).Array[0, 6], Gen.Int[0, 7]).Sample((members, which) =>
        {
            Translator translator = new[]
            {
                s_chatOverMessages, s_messagesOverChat, s_responsesOverChat, s_responsesOverMessages,
                s_chatOverGemini, new ChainedTranslator(s_messagesOverChat, s_chatOverGemini), new EmbeddingsOverGemini(), new RawPredict(null),
            }[which];
            string body = "{\"model\":\"m\"" + string.Concat(members.Select(member => "," + member)) + "}";

            FieldProblem? problem = translator.FindUncarried(Encoding.UTF8.GetBytes(body), new RequestTerms(s_deployment, Stream: false, Compatible: which % 2 == 0));

            return problem is null || problem.Message.Length > 0;
        });

    [Fact]
    public void Any_json_of_google_s_is_an_answer_or_malformed_and_nothing_else_happens() =>
        Gen.Select(HostileAnswer(5).Array[0, 5], Gen.Int[0, 3]).Sample((members, which) =>
        {
            byte[] answer = Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}");
            Translator translator = new[]
            {
                s_chatOverGemini, new ChainedTranslator(s_messagesOverChat, s_chatOverGemini), new ChainedTranslator(s_responsesOverChat, s_chatOverGemini),
                new EmbeddingsOverGemini().For("""{"encoding_format":"base64"}"""u8, s_deployment),
            }[which];
            try
            {
                using JsonDocument whole = JsonDocument.Parse(TranslatedBody.Translate(translator, answer, DateTimeOffset.UnixEpoch));
                if (which == 3)
                {
                    return true;
                }

                StreamTranslator stream = translator.OpenStream(DateTimeOffset.UnixEpoch);
                using JsonDocument chunk = JsonDocument.Parse(answer);
                var output = new ArrayBufferWriter<byte>();
                stream.Translate("", chunk.RootElement, output);
                stream.End(output);
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                // What TranslatedBody and TranslatedStream tell as a malformed answer.
            }

            return true;
        });

    [Fact]
    public void Nesting_as_deep_as_any_gateway_accepts_is_carried()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 900)) + "1" + new string('}', 900);
        string body = $$$"""{"model":"m","max_completion_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{{{deep}}}}}]}""";

        Assert.Contains(deep, Encoding.UTF8.GetString(Write(s_chatOverMessages, Encoding.UTF8.GetBytes(body))), StringComparison.Ordinal);
    }

    // Names that mean something, in places where they do not.
    private static Gen<string> Hostile(int depth)
    {
        Gen<string> name = Among("messages", "role", "content", "type", "text", "tools", "function", "input", "tool_calls", "tool_use_id", "image_url", "source", "system", "thinking", "output_config", "response_format", "stop", "reasoning", "a", "\\ud800");
        Gen<string> scalar = Among("1", "-0.5", "true", "null", "\"user\"", "\"assistant\"", "\"text\"", "\"tool_use\"", "\"function\"", "\"\"", "\"\\ud800\"", "[]", "{}");
        Gen<string> value = depth == 0 ? scalar : Gen.OneOf(
            scalar,
            Hostile(depth - 1).Array[0, 4].Select(static members => "{" + string.Join(',', members) + "}"),
            Hostile(depth - 1).Array[0, 4].Select(static members => "[{" + string.Join(',', members) + "}]"));
        return Gen.Select(name, value, static (name, value) => $"\"{name}\":{value}");
    }

    private static Gen<string> HostileAnswer(int depth)
    {
        Gen<string> name = Among("candidates", "content", "parts", "text", "thought", "functionCall", "name", "args", "id", "finishReason", "index", "usageMetadata", "promptTokenCount", "thoughtSignature", "promptFeedback", "blockReason", "logprobsResult", "chosenCandidates", "topCandidates", "token", "embeddings", "values", "error", "responseId");
        Gen<string> scalar = Among("1", "-0.5", "1e99", "true", "null", "\"STOP\"", "\"7\"", "\"\"", "\"\\ud800\"", "[1]", "[]", "{}");
        Gen<string> value = depth == 0 ? scalar : Gen.OneOf(
            scalar,
            HostileAnswer(depth - 1).Array[0, 4].Select(static members => "{" + string.Join(',', members) + "}"),
            HostileAnswer(depth - 1).Array[0, 4].Select(static members => "[{" + string.Join(',', members) + "}]"));
        return Gen.Select(name, value, static (name, value) => $"\"{name}\":{value}");
    }

    private static JsonNode? Normal(string json) => JsonNode.Parse(json);
}
