namespace Leeway.Adapters.Vertex;

/// <summary>A model by its publisher: <c>claude-…</c> is Anthropic's, <c>publisher/model</c> says it, all else is Google's.</summary>
internal readonly record struct VertexModel(string Publisher, string Name)
{
    /// <summary>Whether it speaks Anthropic's Messages.</summary>
    public bool IsClaude => Publisher == "anthropic";

    /// <summary>Whether there is a way to it: other publishers' models speak dialects of their own.</summary>
    public bool IsServed => Publisher is "google" or "anthropic";

    /// <summary>The model's resource. A name may come from a client's body, so it never reaches beyond its own segment.</summary>
    public string Resource => $"publishers/{Uri.EscapeDataString(Publisher)}/models/{Uri.EscapeDataString(Name)}";

    /// <summary>The same in the body of a job, where nothing is escaped.</summary>
    public string PlainResource => $"publishers/{Publisher}/models/{Name}";

    public static VertexModel Of(Deployment deployment) => deployment.Model.Split('/') switch
    {
        ["publishers", var publisher, "models", var name] => new VertexModel(publisher, name),
        [var publisher, var name] => new VertexModel(publisher, name),
        _ => new VertexModel(deployment.Model.StartsWith("claude-", StringComparison.Ordinal) ? "anthropic" : "google", deployment.Model),
    };
}
