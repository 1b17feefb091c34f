namespace Leeway.Tests.Adapters.Gemini;

/// <summary>Clients' requests as they go up to generateContent, byte for byte.</summary>
public sealed class GeminiRequestTests
{
    [Fact]
    public async Task A_chat_request_is_one_of_generateContent()
    {
        string sent = await GeminiBench.SentAsync(
            """
            {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"developer","content":[{"type":"text","text":"Very."}]},{"role":"user","content":"hé"}],
             "temperature":0.50,"top_p":0.9,"seed":7,"presence_penalty":0.1,"frequency_penalty":0.2,"max_completion_tokens":64,"stop":["a","b"],"n":2,"logprobs":true,"top_logprobs":3,
             "reasoning_effort":"low","user":"u1","metadata":{"a":"b"},"service_tier":"flex","store":false,"verbosity":"medium"}
            """);

        Assert.Equal(
            """{"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Very."}]},"contents":[{"role":"user","parts":[{"text":"hé"}]}],"generationConfig":{"temperature":0.50,"topP":0.9,"seed":7,"presencePenalty":0.1,"frequencyPenalty":0.2,"maxOutputTokens":64,"candidateCount":2,"stopSequences":["a","b"],"responseLogprobs":true,"logprobs":3,"thinkingConfig":{"thinkingBudget":1024}}}""",
            sent);
    }

    [Fact]
    public async Task Calls_of_functions_and_their_results_are_turns_that_name_the_function()
    {
        string sent = await GeminiBench.SentAsync(
            """
            {"model":"m","messages":[{"role":"user","content":"weather?"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"call_gc_r_0","type":"function","function":{"name":"now","arguments":"{\"city\":\"Ulm\",\"n\":1.0}"}},{"id":"fc_7","type":"function","function":{"name":"then","arguments":""}}]},
             {"role":"tool","tool_call_id":"call_gc_r_0","content":"rain"},{"role":"tool","tool_call_id":"fc_7","content":[{"type":"text","text":"su"},{"type":"text","text":"n"}]},
             {"role":"user","content":"thanks"}],
             "tools":[{"type":"function","function":{"name":"now","description":"d","parameters":{"type":"object","additionalProperties":false}}},{"type":"function","function":{"name":"then"}}],
             "tool_choice":{"type":"function","function":{"name":"now"}},"parallel_tool_calls":true}
            """);

        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"weather?"}]},{"role":"model","parts":[{"functionCall":{"name":"now","args":{"city":"Ulm","n":1.0}}},{"functionCall":{"id":"fc_7","name":"then","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"now","response":{"output":"rain"}}},{"functionResponse":{"id":"fc_7","name":"then","response":{"output":"sun"}}}]},{"role":"user","parts":[{"text":"thanks"}]}],"tools":[{"functionDeclarations":[{"name":"now","description":"d","parametersJsonSchema":{"type":"object","additionalProperties":false}},{"name":"then"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["now"]}}}""",
            sent);
    }

    [Theory]
    [InlineData("\"auto\"", false, null)]
    [InlineData("\"auto\"", true, "VALIDATED")]
    [InlineData("\"none\"", true, "NONE")]
    [InlineData("\"required\"", true, "ANY")]
    public async Task A_choice_of_tools_is_a_mode(string choice, bool strict, string? mode)
    {
        string sent = await GeminiBench.SentAsync(
            $$$"""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":{{{(strict ? "true" : "false")}}}}}],"tool_choice":{{{choice}}}}""");

        string config = mode is null ? "" : $$$""","toolConfig":{"functionCallingConfig":{"mode":"{{{mode}}}"}}""";
        Assert.Equal("""{"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}]""" + config + "}", sent);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", "none", "\"thinkingBudget\":0")]
    [InlineData("gemini-2.5-pro", "high", "\"thinkingBudget\":24576")]
    [InlineData("gemini-3.5-flash", "minimal", "\"thinkingLevel\":\"minimal\"")]
    [InlineData("gemini-3.1-pro-preview", "high", "\"thinkingLevel\":\"high\"")]
    public async Task Effort_of_reasoning_is_a_budget_or_a_level(string model, string effort, string expected) => Assert.Equal(
        """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{""" + expected + "}}}",
        await GeminiBench.SentAsync($$"""{"model":"m","messages":[{"role":"user","content":"x"}],"reasoning_effort":"{{effort}}"}""", model: model));

    [Theory]
    [InlineData("""{"type":"json_object"}""", "\"responseMimeType\":\"application/json\"")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","description":"d","strict":true,"schema":{"type":"object","x":[1.0]}}}""", "\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\",\"x\":[1.0]}")]
    public async Task Output_in_json_keeps_its_schema(string format, string expected) => Assert.Equal(
        """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{""" + expected + "}}",
        await GeminiBench.SentAsync($$"""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{{format}}}"""));

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO+/8=","detail":"auto"}}""", """{"inlineData":{"mimeType":"image/png","data":"iVBO+/8="}}""")]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://example.com/a.JPG?x=1"}}""", """{"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.com/a.JPG?x=1"}}""")]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://example.com/a"}}""", """{"fileData":{"fileUri":"https://example.com/a"}}""")]
    [InlineData("""{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}""", """{"inlineData":{"mimeType":"application/pdf","data":"JVBE"}}""")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}""", """{"inlineData":{"mimeType":"audio/wav","data":"UklG"}}""")]
    public async Task Images_files_and_sound_are_parts(string part, string expected) => Assert.Equal(
        $$"""{"contents":[{"role":"user","parts":[{"text":"x"},{{expected}}]}]}""",
        await GeminiBench.SentAsync($$"""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"},{{part}}]}]}"""));

    [Theory]
    [InlineData(""","extra_content":{"google":{"thought_signature":"c2ln+w=="}}""", "c2ln+w==")]
    [InlineData("", "skip_thought_signature_validator")]
    public async Task The_signature_of_a_thought_goes_back_with_its_call(string extra, string signature)
    {
        string sent = await GeminiBench.SentAsync(
            $$$"""{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}{{{extra}}}}]},{"role":"tool","tool_call_id":"c","content":"y"}]}""",
            model: "gemini-3.5-flash");

        Assert.Contains($$$"""{"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"{{{signature}}}"}""", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logit_bias", ""","logit_bias":{"1":2}""")]
    [InlineData("parallel_tool_calls", ""","tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false""")]
    [InlineData("reasoning_effort", ",\"reasoning_effort\":\"xhigh\"")]
    [InlineData("modalities", ""","modalities":["audio"]""")]
    [InlineData("tools[0].type", ""","tools":[{"type":"custom","custom":{}}]""")]
    [InlineData("response_format.type", ""","response_format":{"type":"grammar"}""")]
    [InlineData("tool_choice", ",\"tool_choice\":\"required\"")]
    public async Task What_cannot_be_carried_is_refused_by_name(string field, string members)
    {
        FieldProblem? problem = await GeminiBench.RefusedAsync("""{"model":"m","messages":[{"role":"user","content":"x"}]""" + members + "}");

        Assert.Equal(field, Assert.IsType<FieldProblem>(problem).Field);
    }

    [Theory]
    [InlineData("messages[1].tool_call_id", """{"role":"tool","tool_call_id":"nobody","content":"y"}""")]
    [InlineData("messages[1].role", """{"role":"system","content":"late"}""")]
    [InlineData("messages[1].content", """{"role":"assistant","content":""}""")]
    [InlineData("messages[1].content[0].image_url.url", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://example.com/a.png"}}]}""")]
    [InlineData("messages[1].content[0].image_url.detail", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}]}""")]
    public async Task A_turn_that_cannot_be_carried_is_refused_with_its_place(string field, string message)
    {
        FieldProblem? problem = await GeminiBench.RefusedAsync($$"""{"model":"m","messages":[{"role":"user","content":"x"},{{message}}]}""");

        Assert.Equal(field, Assert.IsType<FieldProblem>(problem).Field);
    }

    [Fact]
    public async Task A_message_of_anthropic_s_and_a_response_of_openai_s_go_up_by_the_same_way()
    {
        const string Expected = """{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":9}}""";

        Assert.Equal(Expected, await GeminiBench.SentAsync("""{"model":"m","max_tokens":9,"system":"Be brief.","messages":[{"role":"user","content":"x"}],"metadata":{"user_id":"u"}}""", Endpoints.Messages));
        Assert.Equal(Expected, await GeminiBench.SentAsync("""{"model":"m","max_output_tokens":9,"instructions":"Be brief.","input":"x"}""", Endpoints.Responses));
    }

    [Theory]
    [InlineData(Endpoints.Messages, "output_config.effort", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"output_config":{"effort":"max"}}""")]
    [InlineData(Endpoints.Messages, "tool_choice.disable_parallel_tool_use", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""")]
    [InlineData(Endpoints.Responses, "reasoning.effort", """{"model":"m","input":"x","reasoning":{"effort":"xhigh"}}""")]
    [InlineData(Endpoints.Responses, "text.verbosity", """{"model":"m","input":"x","text":{"verbosity":"low"}}""")]
    public async Task A_refusal_on_the_way_over_chat_names_the_client_s_member(string endpoint, string field, string body)
    {
        FieldProblem? problem = await GeminiBench.RefusedAsync(body, endpoint);

        Assert.Equal(field, Assert.IsType<FieldProblem>(problem).Field);
        Assert.Contains($"'{field}'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_are_embedded_in_one_call()
    {
        string sent = await GeminiBench.SentAsync("""{"model":"m","input":["a","b"],"dimensions":256,"encoding_format":"base64"}""", Endpoints.Embeddings, "gemini-embedding-001");

        Assert.Equal(
            """{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"outputDimensionality":256},{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"outputDimensionality":256}]}""",
            sent);
    }

    [Fact]
    public async Task Tokens_are_counted_of_the_request_that_a_message_would_be()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, """{"totalTokens":31,"promptTokensDetails":[]}""");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","system":"Be brief.","messages":[{"role":"user","content":"x"}]}""", Endpoints.CountTokens);

        Assert.Equal("""{"input_tokens":31}""", await AdapterBench.TextAsync(answer));
        Assert.Equal("POST /v1beta/models/gemini-2.5-flash:countTokens", bench.Server.Single().Line);
        Assert.Equal(
            """{"generateContentRequest":{"model":"models/gemini-2.5-flash","systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"x"}]}]}}""", bench.Server.Single().Text);
    }

    [Fact]
    public async Task Tokens_of_another_vocabulary_cannot_be_embedded() =>
        Assert.Equal("input[0]", (await GeminiBench.RefusedAsync("""{"model":"m","input":[1,2]}""", Endpoints.Embeddings))?.Field);
}
