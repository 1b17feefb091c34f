namespace Leeway.Gateway.Tests.Support;

/// <summary>Answers as providers give them.</summary>
internal static class Answers
{
    public static string Response(string id, string text) => $$$"""
        {"id":"{{{id}}}","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"model":"gpt-4o-mini-2024",
         "output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{{text}}}","annotations":[]}]}],
         "parallel_tool_calls":true,"previous_response_id":null,"tool_choice":"auto","tools":[],"temperature":1,"top_p":1,"metadata":{},
         "usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":12}}
        """;
}
