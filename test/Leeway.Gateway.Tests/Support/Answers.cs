namespace Leeway.Gateway.Tests.Support;

/// <summary>Answers as providers give them.</summary>
internal static class Answers
{
    public const string Message = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"Room to move."},
         {"type":"tool_use","id":"toolu_1","name":"look_up","input":{"word":"leeway"}}],"stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7}}
        """;

    public const string Completion = """
        {"id":"cmpl_1","object":"text_completion","created":1,"model":"gpt-4o-mini","choices":[{"text":"Room to move.","index":0,"logprobs":null,"finish_reason":"stop"}],
         "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}
        """;

    /// <summary>The events of a stream up to its end, in each endpoint's shape.</summary>
    public static string[] Events(string endpoint) => endpoint switch
    {
        Endpoints.Messages =>
        [
            """event: message_start|data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":1}}}""",
            """event: content_block_start|data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """event: ping|data: {"type":"ping"}""",
            """event: content_block_delta|data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Room"}}""",
            """event: content_block_stop|data: {"type":"content_block_stop","index":0}""",
            """event: message_delta|data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}}""",
            """event: message_stop|data: {"type":"message_stop"}""",
        ],
        Endpoints.Responses =>
        [
            $$$"""event: response.created|data: {"type":"response.created","sequence_number":0,"response":{{{OneLine(Response("resp_theirs", ""))}}}}""",
            """event: response.output_item.added|data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","status":"in_progress","role":"assistant","content":[]}}""",
            """event: response.output_text.delta|data: {"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Room","logprobs":[]}""",
            $$$"""event: response.completed|data: {"type":"response.completed","sequence_number":3,"response":{{{OneLine(Response("resp_theirs", "Room"))}}}}""",
        ],
        _ =>
        [
            """data: {"id":"cmpl_1","object":"text_completion","created":1,"model":"m","choices":[{"text":"Room","index":0,"logprobs":null,"finish_reason":null}]}""",
            """data: {"id":"cmpl_1","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""",
            "data: [DONE]",
        ],
    };

    /// <summary>Events as they stand on the wire.</summary>
    public static string Wire(IEnumerable<string> events) => string.Concat(events.Select(one => one.Replace("|data:", "\ndata:", StringComparison.Ordinal) + "\n\n"));

    /// <summary>JSON without line breaks.</summary>
    public static string OneLine(string json) => json.ReplaceLineEndings(" ").Trim();

    public static string Response(string id, string text) => $$$"""
        {"id":"{{{id}}}","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"model":"gpt-4o-mini-2024",
         "output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{{text}}}","annotations":[]}]}],
         "parallel_tool_calls":true,"previous_response_id":null,"tool_choice":"auto","tools":[],"temperature":1,"top_p":1,"metadata":{},
         "usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":12}}
        """;
}
