using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.GenerateContent;

internal enum GenerateForm
{
    Whole,

    /// <summary>Server-sent events, <c>alt=sse</c>.</summary>
    Events,

    /// <summary>A JSON array of the same chunks.</summary>
    Array,
}

/// <summary>What the address of a call says: model and form of the answer.</summary>
/// <param name="TakesLabels">True at Vertex AI.</param>
internal sealed record GenerateTarget(SandboxModel Model, string ModelName, GenerateForm Form, bool TakesLabels);
