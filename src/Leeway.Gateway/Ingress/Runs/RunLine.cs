using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>A line in OpenAI's batch form: <c>{"custom_id","method","url","body"}</c>.</summary>
internal readonly record struct RunLine(string? CustomId, string Endpoint, ByteRange Body)
{
    /// <summary>Characters of a <c>custom_id</c> at most.</summary>
    public const int MaxCustomId = 512;

    public static bool TryRead(byte[] line, out RunLine read, out Problem? problem)
    {
        Frame frame = Frame.Read(line, "line");
        string? customId = frame.Word("custom_id");
        string? method = frame.Word("method");
        string? url = frame.Word("url");
        string? endpoint = url is null ? null : InferencePath.Known(url);
        read = new RunLine(customId, endpoint ?? "", frame.Range("body"));
        problem = frame.Fault is not null ? LineProblems.Bad(null, frame.Fault)
            : frame.Twice is not null ? LineProblems.Twice(frame.Twice)
            : string.IsNullOrEmpty(customId) || customId.Length > MaxCustomId
                ? LineProblems.Bad("custom_id", $"custom_id must be a string of 1 to {MaxCustomId} characters{Got(customId)}.", Shown(customId))
            : method != "POST" ? LineProblems.Bad("method", $"method must be \"POST\"{Got(method)}.", Shown(method))
            : endpoint is null ? LineProblems.Bad("url", $"url must be one of {string.Join(", ", InferencePath.All)}{Got(url)}.", Shown(url))
            : read.Body.Length == 0 ? LineProblems.Bad("body", "body is missing.")
            : null;
        return problem is null;
    }

    private static string Got(string? value) => value is null ? ", and there is none" : $", not '{Short.Of(value)}'";

    private static string? Shown(string? value) => value is null ? null : Short.Of(value);
}
