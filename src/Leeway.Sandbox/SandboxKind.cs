namespace Leeway.Sandbox;

/// <summary>Whose APIs a sandbox speaks.</summary>
[Flags]
public enum SandboxKind
{
    /// <summary>Neither, as no sandbox is.</summary>
    None = 0,

    OpenAI = 1,

    Anthropic = 2,

    /// <summary>Both on one port; their paths do not meet but at <c>/v1/models</c>, where the headers tell.</summary>
    Both = OpenAI | Anthropic,
}
