namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Methods of a model at Google, as they stand behind its name in an address.</summary>
internal static class GeminiMethods
{
    /// <summary>One answer, whole.</summary>
    public const string Generate = ":generateContent";

    /// <summary>One answer as a stream of events; without the parameter it would be a JSON array that grows.</summary>
    public const string Stream = ":streamGenerateContent?alt=sse";

    /// <summary>Tokens of a request.</summary>
    public const string Count = ":countTokens";

    /// <summary>Embeddings of several texts at once.</summary>
    public const string Embed = ":batchEmbedContents";

    /// <summary>A model's name as bodies have it.</summary>
    public static string NameOf(string model) => model.StartsWith("models/", StringComparison.Ordinal) || model.StartsWith("tunedModels/", StringComparison.Ordinal) ? model : "models/" + model;
}
