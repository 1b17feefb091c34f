using System.Text.RegularExpressions;

namespace Leeway.Sandbox.Answers;

/// <summary>Which of the offered tools a model is to call, if any.</summary>
/// <param name="Name">Of the tool under <see cref="ToolMode.One"/>.</param>
/// <param name="Parallel">False calls one tool at most.</param>
internal sealed partial record ToolChoice(ToolMode Mode, string? Name, bool Parallel)
{
    /// <summary>
    /// A choice of one or any is obeyed. Left to itself the sandbox calls the tools that the last message of the user names, else the first when it says
    /// "use the tool" or the like; after a tool's result it answers in words.
    /// </summary>
    /// <param name="asked">The last turn when it is the user's and holds no result; null otherwise.</param>
    public IReadOnlyList<ToolOffer> Pick(IReadOnlyList<ToolOffer> offers, string? asked)
    {
        if (offers.Count == 0 || Mode == ToolMode.None)
        {
            return [];
        }

        if (Mode == ToolMode.One)
        {
            return [.. offers.Where(offer => offer.Name == Name)];
        }

        List<ToolOffer> named = [.. offers.Where(offer => asked?.Contains(offer.Name, StringComparison.OrdinalIgnoreCase) == true)];
        if (named.Count == 0 && (Mode == ToolMode.Any || (asked is not null && AsksForTool().IsMatch(asked))))
        {
            named.Add(offers[0]);
        }

        return Parallel ? named : [.. named.Take(1)];
    }

    [GeneratedRegex(@"\b(use|call|using|calling) (a|an|the|your|this|that) (\w+ )?(tool|function)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForTool();
}
