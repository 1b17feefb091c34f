using Leeway.Cli.Output;

namespace Leeway.Cli.Runs;

/// <summary>Tells what a run is going to cost and gets leave to spend it.</summary>
internal sealed class RunConsent(Shell shell, RunOptions options)
{
    /// <summary>USD below which a script needs no leave.</summary>
    public const decimal SmallChange = 1m;

    // A deadline this near is mostly met in real time, at the real-time price.
    private static readonly TimeSpan s_tooNearForBatch = TimeSpan.FromMinutes(15);

    /// <summary>Returns when the run may start.</summary>
    /// <exception cref="CliFailure">It may not; nothing was sent.</exception>
    public async Task AskAsync(Quote quote, DateTimeOffset deadline, bool isSimulated, CancellationToken cancellationToken)
    {
        TimeSpan span = deadline - shell.Clock.GetUtcNow();
        decimal? expected = span < s_tooNearForBatch ? quote.RealTime : quote.Batch;
        Tell(quote, deadline, span, isSimulated);

        if (options.MaxCost is { } most)
        {
            if (expected is null)
            {
                throw Refuse($"--max-cost cannot be checked: no price is known for {string.Join(", ", quote.Unpriced)}.", "Add a price to models or prices.file, or leave --max-cost out and say --yes.");
            }

            if (expected > most)
            {
                throw Refuse($"The quote of {MoneyText.Of(expected)} is above --max-cost {MoneyText.Of(most)}.", "Raise --max-cost, shorten the answers with --max-tokens, or give a later --by.");
            }

            return;
        }

        if (options.Yes)
        {
            return;
        }

        if (shell.Surroundings.CanAsk)
        {
            if (!await shell.AskAsync("Start?", cancellationToken))
            {
                throw Refuse("Not started.", "");
            }

            return;
        }

        if (isSimulated)
        {
            shell.Say("Starting without asking: the provider is simulated and costs nothing.");
        }
        else if (expected < SmallChange)
        {
            shell.Say($"Starting without asking: the quote is below {MoneyText.Of(SmallChange)}. Use --max-cost to set your own bound.");
        }
        else
        {
            throw new CliFailure(
                ExitCode.Usage, $"Nobody can be asked here, and the quote is {MoneyText.Of(expected)}. Nothing was sent.", "Say --yes, or bound it with --max-cost USD.")
            {
                Code = "consent_needed",
            };
        }
    }

    private void Tell(Quote quote, DateTimeOffset deadline, TimeSpan span, bool isSimulated)
    {
        string guess = quote.Unbounded == 0 ? "as max_tokens allows" : $"{Quote.AssumedOutputTokens} assumed per answer without max_tokens";
        shell.Say($"{quote.Requests} requests, about {quote.InputTokens} tokens in and {quote.OutputTokens} out ({guess}).");
        shell.Say(quote.Unpriced.Count > 0
            ? $"Quote: unknown, no price for {string.Join(", ", quote.Unpriced)}."
            : $"Quote: {MoneyText.Of(quote.Batch)} by batch, {MoneyText.Of(quote.RealTime)} in real time{(isSimulated ? " (simulated: nothing is charged)" : "")}.");
        shell.Say($"Results are due by {TimeText.Local(deadline)}, in {TimeText.Of(span)}.");
    }

    private static CliFailure Refuse(string message, string remedy) => new(ExitCode.Failed, message + " Nothing was sent.", remedy) { Code = "cost_refused" };
}
