using Leeway.Files;
using Leeway.Ledger;

namespace Leeway.Cli.Runs;

/// <summary>One line of an OpenAI batch file, checked as the gateway would.</summary>
internal static class BatchItem
{
    // The gateway's default.
    private static readonly int s_depth = new LimitsConfig().Depth;

    public static InputItem Read(int line, ReadOnlyMemory<byte> json)
    {
        if (!BatchLineReader.TryRead(json.Span, s_depth, out BatchLine read, out LineProblem? problem))
        {
            return new InputItem
            {
                Line = line,
                Column = problem!.Column ?? 0,
                CustomId = problem.CustomId,
                Problem = problem.Message.TrimEnd('.') + (problem.CustomId is null ? "" : $" — custom_id \"{problem.CustomId}\""),
            };
        }

        return new InputItem
        {
            Line = line,
            CustomId = read.CustomId,
            Json = json,
            Model = read.Model,
            InputTokens = TokenEstimator.Estimate(json.Span.Slice(read.Body.Start, read.Body.Length)),
            MaxOutputTokens = read.Url == Endpoints.Embeddings ? 0 : read.MaxOutputTokens is { } most ? (int)Math.Clamp(most, 0, int.MaxValue) : null,
        };
    }
}
