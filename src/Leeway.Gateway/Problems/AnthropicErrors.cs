using System.Text.Json;

namespace Leeway.Gateway.Problems;

/// <summary>Errors in Anthropic's shape: <c>{"type":"error","error":{"type","message"},"request_id"}</c>.</summary>
internal static class AnthropicErrors
{
    /// <summary>The body. Our own code goes beside the message, since the type tells little.</summary>
    public static byte[] Write(Problem problem, string? requestId)
    {
        if (!problem.Verbatim.IsEmpty)
        {
            return Rename(problem.Verbatim, requestId);
        }

        int status = problem.Status ?? ProblemTable.Of(problem.Code).StatusIn(Dialect.Anthropic);
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", ProblemTable.AnthropicType(status));
            json.WriteString("message", problem.FullMessage);
            json.WriteString("code", problem.Code);
            json.WriteEndObject();
            json.WriteString("request_id", requestId);
            json.WriteEndObject();
        });
    }

    // The provider's words, but our id: theirs means nothing to our operator.
    private static byte[] Rename(ReadOnlyMemory<byte> error, string? requestId)
    {
        using JsonDocument document = JsonDocument.Parse(error);
        return Json.Write(json =>
        {
            json.WriteStartObject();
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (!member.NameEquals("request_id"))
                {
                    json.WriteRaw(member.Name, member.Value);
                }
            }

            json.WriteString("request_id", requestId);
            json.WriteEndObject();
        });
    }
}
