namespace Leeway.Classification;

/// <summary>Turns one signal's text into a verdict, against one snapshot of configuration and one reading of the clock.</summary>
internal readonly struct SignalReader(LeewayConfig config, DateTimeOffset now, TimeZoneInfo local)
{
    public DateTimeOffset Now => now;

    public Classified Preset(Priority priority, string source) =>
        Verdict(priority, now + PriorityPolicy.PresetOf(priority, config.Priorities).Deadline, source);

    /// <summary>A wait that the operator has configured; zero is now.</summary>
    public Classified Wait(TimeSpan wait, string source) => Verdict(PriorityPolicy.For(wait, config.Priorities), now + wait, source);

    public Classified? Deadline(string field, string text, out ClassificationProblem? problem)
    {
        DeadlineReading read = DeadlineParser.Parse(text, now, local, config.Deadlines.Max);
        problem = read.Ok
            ? null
            : new ClassificationProblem(read.Problem.Code, field, read.Problem.Value, $"{field}: {read.Problem.Message}", read.Problem.Remedy);
        return read.Ok ? Wait(read.At - now, field) with { Deadline = read.At } : null;
    }

    /// <summary>A priority's name or a deadline, in one place.</summary>
    /// <param name="field">The place.</param>
    /// <param name="text">What stands there.</param>
    /// <param name="code">The problem's code where the place has one of its own.</param>
    /// <param name="problem">Why it says neither.</param>
    public Classified? Either(string field, string text, string? code, out ClassificationProblem? problem)
    {
        if (PriorityPolicy.TryParse(text, out Priority priority))
        {
            problem = null;
            return Preset(priority, field);
        }

        Classified? said = Deadline(field, text, out problem);
        if (problem is not null)
        {
            problem = problem with { Code = code ?? problem.Code, Remedy = problem.Remedy + " The priorities urgent, standard and low are understood too." };
        }

        return said;
    }

    /// <summary>
    /// Signals of one rank: two deadlines must be the same instant, and a priority beside a deadline must be the one the deadline means;
    /// the deadline then decides.
    /// </summary>
    public Classified? DeadlineAndPriority(
        (string Field, string? Text) deadline,
        (string Field, string? Text) alias,
        (string Field, string? Text) priority,
        out ClassificationProblem? problem)
    {
        problem = null;
        Classified? said = null;
        string? saidText = null;
        if (deadline.Text is not null)
        {
            said = Deadline(deadline.Field, deadline.Text, out problem);
            saidText = deadline.Text;
        }

        if (problem is null && alias.Text is not null)
        {
            Classified? second = Deadline(alias.Field, alias.Text, out problem);
            if (problem is null && said is { } first && first.Deadline != second!.Value.Deadline)
            {
                problem = Conflict(deadline, alias);
            }

            said ??= second;
            saidText ??= alias.Text;
        }

        if (problem is null && priority.Text is not null)
        {
            if (!PriorityPolicy.TryParse(priority.Text, out Priority named))
            {
                problem = InvalidPriority(priority.Field, priority.Text);
            }
            else if (said is { } byDeadline && byDeadline.Priority != named)
            {
                problem = Conflict((byDeadline.Source, saidText), priority);
            }

            said ??= Preset(named, priority.Field);
        }

        return problem is null ? said : null;
    }

    private Classified Verdict(Priority priority, DateTimeOffset deadline, string source) =>
        new() { Priority = priority, Deadline = deadline, AcceptedAt = now, Source = source };

    private static ClassificationProblem Conflict((string Field, string? Text) left, (string Field, string? Text) right) => new(
        "conflicting_signals",
        $"{left.Field}, {right.Field}",
        $"{Printable.Of(left.Text!)}, {Printable.Of(right.Text!)}",
        $"{left.Field} '{Printable.Of(left.Text!)}' and {right.Field} '{Printable.Of(right.Text!)}' mean different things.",
        $"Send only one of {left.Field} and {right.Field}.");

    private static ClassificationProblem InvalidPriority(string field, string value) => new(
        "invalid_priority",
        field,
        Printable.Of(value),
        $"'{Printable.Of(value)}' in {field} is not a priority.",
        "Write urgent, standard or low; a duration or an instant belongs in a deadline.");
}
