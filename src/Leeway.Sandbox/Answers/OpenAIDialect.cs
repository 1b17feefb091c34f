namespace Leeway.Sandbox.Answers;

/// <summary>OpenAI's own way.</summary>
internal sealed class OpenAIDialect : AnswerDialect
{
    public static OpenAIDialect Instance { get; } = new();
}
