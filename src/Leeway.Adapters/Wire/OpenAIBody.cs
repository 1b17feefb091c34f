namespace Leeway.Adapters.Wire;

/// <summary>Scans the bodies of OpenAI-shaped requests without building a document.</summary>
public static class OpenAIBody
{
    /// <summary>Levels of nesting allowed unless said otherwise.</summary>
    public const int DefaultMaxDepth = 64;

    /// <summary>
    /// Walks the top level of <paramref name="body"/> once and checks the syntax of all of it. Top-level names must be unique and must
    /// not try to choose the destination, the credentials or the headers. Offsets in <paramref name="scan"/> count from the body's start.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<byte> body, out OpenAIBodyScan scan, out BodyProblem problem, int maxDepth = DefaultMaxDepth) =>
        new BodyWalk(body, maxDepth).Run(out scan, out problem);
}
