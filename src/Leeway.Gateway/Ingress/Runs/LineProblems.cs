using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>What is wrong with a line's frame.</summary>
internal static class LineProblems
{
    private const string Unchanged = "This line was not queued; the others are independent of it.";

    public static Problem Bad(string? field, string message, string? value = null) => new()
    {
        Code = "invalid_line",
        Field = field,
        Value = value,
        Message = message,
        Remedy = Unchanged,
    };

    public static Problem TooLong(int limit) => new()
    {
        Code = "body_too_large",
        Message = $"The line is longer than {limit} bytes (server.limits.line).",
        Field = "line",
        Remedy = $"Shorten it, or let the operator raise the limit. {Unchanged}",
    };

    public static Problem Twice(string member) => new()
    {
        Code = "duplicate_member",
        Message = $"The member '{member}' occurs more than once in the line.",
        Field = member,
        Remedy = $"Leave one. {Unchanged}",
    };
}
