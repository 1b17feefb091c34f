using System.Globalization;
using System.Text;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>The advice as a <c>leeway.yaml</c>.</summary>
internal static class ConfigurationText
{
    private const string Stars = "*";

    public static string Of(TraceProfile profile, IReadOnlyList<ClassAdvice> classes, SealAdvice seals)
    {
        var text = new StringBuilder();
        text.Append("# Advice from a trace of ").Append(Number(profile.Volume.Requests)).Append(" requests");
        text.AppendLine(profile.Volume.RelativeTime ? "." : $", {Time(profile.Volume.From)} to {Time(profile.Volume.Until)} UTC.");
        text.AppendLine("# Add your providers and models, or copy these sections into the file you have.");
        text.AppendLine("version: 1");
        text.AppendLine("priorities:");
        text.Append("  standard: { deadline: 1h, seal: { requests: ").Append(Number(seals.StandardRequests)).Append(", age: ").Append(Duration(seals.StandardAge)).AppendLine(" } }");
        text.Append("  low: { deadline: 24h, seal: { requests: ").Append(Number(seals.LowRequests)).Append(" }");
        text.AppendLine(seals.Window is { } window
            ? FormattableString.Invariant($", window: {{ from: \"{window.From:HH\\:mm}\", to: \"{window.To:HH\\:mm}\", tz: {window.Tz} }} }}")
            : ", window: none }");
        text.AppendLine("lanes:");
        text.Append("  batch: { seal: { tokens: ").Append(Number(seals.Tokens)).AppendLine(" } }");
        foreach (string why in seals.Why)
        {
            Comment(text, "", why);
        }

        Rules(text, classes);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Rules(StringBuilder text, IReadOnlyList<ClassAdvice> classes)
    {
        ClassAdvice[] rules = [.. classes.Where(advice => advice.Ruled)];
        if (rules.Length == 0)
        {
            Comment(text, "", "No rule: nothing in the trace tells that nobody waits. Callers can say so: Leeway-Priority: low, or the model's name with @low.");
            return;
        }

        text.AppendLine("classify:");
        foreach (ClassAdvice advice in rules)
        {
            Comment(text, "  ", advice.Evidence[0]);
            text.Append("  - { when: { ").Append(Condition(advice.Kind)).Append(": ").Append(Quoted(advice)).Append(" }, ");
            text.AppendLine(advice.Deadline == Usual(advice.Priority) ? $"priority: {Name(advice.Priority)} }}" : $"deadline: {Duration(advice.Deadline)} }}");
        }
    }

    private static string Condition(ClassKind kind) => kind switch
    {
        ClassKind.Route => "path",
        ClassKind.Model => "model",
        _ => "key",
    };

    // A star at the end would match more than the trace's class; the question of the rest is the reader's.
    private static string Quoted(ClassAdvice advice)
    {
        string name = advice.Kind == ClassKind.Sender ? advice.Name : advice.Name.TrimEnd(Stars[0]);
        var quoted = new StringBuilder("\"");
        foreach (char c in name)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                _ when char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void Comment(StringBuilder text, string indent, string words)
    {
        text.Append(indent).Append("# ");
        foreach (char c in words)
        {
            text.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }

        text.AppendLine();
    }

    private static TimeSpan Usual(Priority priority) => priority == Priority.Low ? TimeSpan.FromHours(24) : TimeSpan.FromHours(1);

    private static string Name(Priority priority) => priority == Priority.Low ? "low" : "standard";

    private static string Duration(TimeSpan span) => span.TotalHours >= 1 ? Number((long)span.TotalHours) + "h" : Number((long)span.TotalMinutes) + "m";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
