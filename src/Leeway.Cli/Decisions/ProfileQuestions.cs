using Leeway.Cli.Output;
using Leeway.Economics;
using Spectre.Console;

namespace Leeway.Cli.Decisions;

/// <summary>A profile by questions with answers to choose from.</summary>
internal static class ProfileQuestions
{
    private const string Origin = "the answer";
    private const int Shown = 12;

    private static readonly Choice[] s_latency =
    [
        new("under 5 seconds", "2s"), new("half a minute", "30s"), new("5 minutes", "5m"), new("15 minutes", "15m"), new("an hour", "1h"),
        new("until tomorrow", "24h"), new("a week", "7d"),
    ];

    private static readonly Choice[] s_urgent =
        [new("nobody waits for any", "0%"), new("1 in 100", "1%"), new("1 in 10", "10%"), new("1 in 4", "25%"), new("half", "50%"), new("9 in 10", "90%"), new("all", "100%")];

    private static readonly Choice[] s_volume =
        [new("50", "50/day"), new("500", "500/day"), new("5,000", "5000/day"), new("20,000", "20000/day"), new("200,000", "200000/day"), new("2,000,000", "2000000/day"), new("I do not know", "")];

    private static readonly Choice[] s_predictability =
        [new("by a schedule", "predictable"), new("much the same every day", "80%"), new("no telling", "unpredictable"), new("I do not know", "")];

    private static readonly Choice[] s_revenue = [new("no", "no"), new("yes", "yes"), new("I do not know", "")];

    private static readonly Choice[] s_cost =
        [new("cost, by far", "90%"), new("rather cost", "60%"), new("both the same", "50%"), new("rather latency", "30%"), new("latency, by far", "10%"), new("I do not know", "")];

    private static readonly Choice[] s_tokens =
        [new("300 in, 100 out", "300 100"), new("800 in, 200 out", "800 200"), new("3,000 in, 800 out", "3000 800"), new("20,000 in, 1,000 out", "20000 1000")];

    /// <summary>Asks, and tells the flags that would have said the same.</summary>
    public static async Task AskAsync(Shell shell, IAnsiConsole console, PriceCatalog prices, ProfileFields fields, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        await Ask("latency", "How long may a result take that nobody waits for?", s_latency);
        await Ask("urgent", "How many of the requests does somebody wait for?", s_urgent);
        await Ask("volume", "How many requests a day?", s_volume);
        await Ask("predictability", "Do you know when they come?", s_predictability);
        await Ask("revenue_critical", "Is revenue lost while a result is missing?", s_revenue);
        await Ask("cost_weight", "What weighs more, cost or latency?", s_cost);
        Choice[] models = [new("no money, please", ""), .. prices.Models.Select(model => new Choice(model, model))];
        if (await Ask("model", "Which model? (type to search)", models) is { Length: > 0 })
        {
            string tokens = await ChooseAsync(console, "How many tokens has an average request?", s_tokens, cancellationToken);
            Set("input_tokens", tokens.Split(' ')[0]);
            Set("output_tokens", tokens.Split(' ')[1]);
        }

        shell.Say($"The same again: leeway decide {string.Join(' ', said)}");

        async Task<string> Ask(string name, string question, Choice[] choices)
        {
            string text = await ChooseAsync(console, question, choices, cancellationToken);
            Set(name, text);
            return text;
        }

        void Set(string name, string text)
        {
            if (text.Length > 0)
            {
                fields.Set(name, text, Origin);
                said.Add($"{ProfileFields.Option(name)} {text}");
            }
        }
    }

    private static async Task<string> ChooseAsync(IAnsiConsole console, string question, Choice[] choices, CancellationToken cancellationToken)
    {
        SelectionPrompt<Choice> prompt = new SelectionPrompt<Choice>()
            .Title(Markup.Escape(question)).PageSize(Shown).UseConverter(choice => Markup.Escape(Plain.Line(choice.Label))).AddChoices(choices);
        if (choices.Length > Shown)
        {
            prompt.EnableSearch();
        }

        return (await prompt.ShowAsync(console, cancellationToken)).Text;
    }

    private sealed record Choice(string Label, string Text);
}
