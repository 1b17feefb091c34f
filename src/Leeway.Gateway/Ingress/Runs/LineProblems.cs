using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>What is wrong with a line's frame.</summary>
internal static class LineProblems
{
    public static Problem Bad(string? field, string message) => new() { Code = "invalid_line", Field = field, Message = message };

    public static Problem TooLong(int limit) => new()
    {
        Code = "body_too_large",
        Message = $"The line is longer than {limit} bytes (server.limits.line); nothing after it was read.",
        Remedy = "Shorten it, or let the operator raise the limit.",
    };
}
