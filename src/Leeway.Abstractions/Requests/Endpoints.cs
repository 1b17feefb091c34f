namespace Leeway;

/// <summary>The API paths of inference, as clients write them.</summary>
public static class Endpoints
{
    /// <summary>OpenAI's Chat Completions.</summary>
    public const string Chat = "/v1/chat/completions";

    /// <summary>OpenAI's older Completions.</summary>
    public const string Completions = "/v1/completions";

    /// <summary>OpenAI's Embeddings.</summary>
    public const string Embeddings = "/v1/embeddings";

    /// <summary>OpenAI's Responses.</summary>
    public const string Responses = "/v1/responses";

    /// <summary>Anthropic's Messages.</summary>
    public const string Messages = "/v1/messages";

    /// <summary>Those that a line of a batch file may name.</summary>
    public static IReadOnlyList<string> Batchable { get; } = [Chat, Responses, Embeddings, Completions];

    /// <summary>Anthropic's count of a message's input tokens.</summary>
    public const string CountTokens = "/v1/messages/count_tokens";

    /// <summary>Whose shapes a path speaks, in answers, streams and errors.</summary>
    public static Dialect DialectOf(string path) =>
        path.StartsWith(Messages, StringComparison.Ordinal) && (path.Length == Messages.Length || path[Messages.Length] == '/') ? Dialect.Anthropic : Dialect.OpenAI;
}

/// <summary>A family of request, answer, stream and error shapes.</summary>
public enum Dialect
{
    /// <summary>OpenAI's.</summary>
    OpenAI,

    /// <summary>Anthropic's.</summary>
    Anthropic,
}
