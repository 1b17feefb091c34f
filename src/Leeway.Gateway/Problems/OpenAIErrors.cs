namespace Leeway.Gateway.Problems;

/// <summary>Errors in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal static class OpenAIErrors
{
    public static byte[] Write(Problem problem)
    {
        if (!problem.Verbatim.IsEmpty)
        {
            return problem.Verbatim.ToArray();
        }

        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", problem.FullMessage);
            json.WriteString("type", ProblemTable.Of(problem.Code).Type);
            json.WriteString("param", problem.Field);
            json.WriteString("code", problem.Code);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
