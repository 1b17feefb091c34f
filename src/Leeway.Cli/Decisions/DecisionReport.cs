using Leeway.Cli.Output;
using Leeway.Economics.Decisions;

namespace Leeway.Cli.Decisions;

/// <summary>A decision for people.</summary>
internal sealed class DecisionReport(Decision decision)
{
    private WorkloadProfile Profile => decision.Profile;

    public void Print(Shell shell)
    {
        shell.Out.WriteLine(Headline());
        shell.Out.WriteLine(Why());
        shell.Out.WriteLine();
        shell.PrintTable(["CHOOSE", "IF", "EVIDENCE", "THRESHOLD", "DISTANCE", "STATE", "WEIGHT"], decision.Rules.Select(Row));
        shell.Out.WriteLine();
        if (decision.Flips.Count > 0)
        {
            shell.PrintTable(["WHAT WOULD FLIP IT", "NOW", "THRESHOLD", "DISTANCE", "THEN"], decision.Flips.Select(Row));
        }
        else
        {
            shell.Out.WriteLine("No single input would flip it.");
        }

        shell.Out.WriteLine();
        foreach (string line in Money())
        {
            shell.Out.WriteLine(line);
        }
    }

    private string Headline() => decision.Verdict switch
    {
        Verdict.Batch => "BATCH: all of it can wait for batches.",
        Verdict.RealTime => "REAL TIME: all of it should go at once.",
        _ => MeasureText.Text($"HYBRID: {MeasureText.Percent(decision.AtOnce)} at once, {MeasureText.Percent(1 - decision.AtOnce)} in batches{Counts()}."),
    };

    private string Counts() => Profile.RequestsPerDay is { } requests
        ? MeasureText.Text($" ({requests * Profile.Urgent:#,0} and {Profile.DeferrablePerDay:#,0} requests a day)")
        : "";

    private string Why() => decision.Reason switch
    {
        DecisionReason.EverybodyWaits => "Somebody waits for all of it.",
        DecisionReason.Immediate => "Results must come within 5 seconds; no batch can promise that.",
        DecisionReason.BetweenTheRules => "From 5 seconds to 5 minutes is too short for a batch. Where the model has a flex tier, it is the cheaper way to the same wait.",
        DecisionReason.WeightsFor => MeasureText.Text($"Of what may wait: weights {decision.For} for batches, {decision.Against} against{(decision.For == decision.Against ? "; on a tie work that nobody waits for is batched" : "")}."),
        _ => MeasureText.Text($"Of what may wait: weights {decision.For} for batches, {decision.Against} against."),
    };

    private static IReadOnlyList<string> Row(RuleReading reading) =>
    [
        MeasureText.Name(reading.Rule.List), reading.Rule.Text, MeasureText.Of(reading.Value, reading.Rule.Unit), MeasureText.Of(reading.Rule.Threshold, reading.Rule.Unit),
        reading.Rule.Unit == MeasureUnit.YesOrNo ? "–" : MeasureText.Of(reading.Distance, reading.Rule.Unit),
        reading.State.ToString().ToLowerInvariant(), Weight(reading.Rule),
    ];

    private static string Weight(DecisionRule rule) => rule.Part switch
    {
        RulePart.Requires => "required",
        RulePart.Splits => "splits",
        RulePart.For => MeasureText.Text($"+{rule.Weight}"),
        _ => MeasureText.Text($"-{rule.Weight}"),
    };

    private static IReadOnlyList<string> Row(Flip flip)
    {
        MeasureUnit unit = ProfileInputs.UnitOf(flip.Input);
        string threshold = MeasureText.Of(flip.Threshold, unit);
        string where = (flip.Above, flip.Included) switch
        {
            (true, true) when flip.Threshold >= ProfileInputs.MostOf(flip.Input) => threshold,
            (false, true) when flip.Threshold <= 0 => threshold,
            (true, true) => $"from {threshold} on",
            (true, false) => $"more than {threshold}",
            (false, true) => $"{threshold} or less",
            _ => $"less than {threshold}",
        };
        return
        [
            MeasureText.Name(flip.Input), MeasureText.Of(flip.Value, unit), unit == MeasureUnit.YesOrNo ? (flip.Above ? "yes" : "no") : where,
            unit == MeasureUnit.YesOrNo ? "–" : MeasureText.Of(flip.Distance, unit), MeasureText.Name(flip.Verdict),
        ];
    }

    private IEnumerable<string> Money()
    {
        MoneyAtStake money = decision.Money;
        if (money.RealTime is null)
        {
            yield return $"Money at stake: unknown, because {money.Unknown}.";
            yield break;
        }

        yield return $"In {MoneyAtStake.Days} days: {MoneyText.Of(money.RealTime)} with everything at once, {MoneyText.Of(money.Split)} with what may wait in batches, {MoneyText.Of(money.AsDecided)} as decided.";
        if (money.Unknown is { } why)
        {
            yield return $"Money at stake: unknown, because {why}.";
        }
        else
        {
            yield return decision.Verdict == Verdict.RealTime
                ? $"Money at stake: {MoneyText.Of(money.AtStake)}, the price of not waiting."
                : $"Money at stake: {MoneyText.Of(money.AtStake)} saved ({MoneyText.Share(money.AtStake, money.RealTime)}).";
        }

        if (decision.Reason == DecisionReason.BetweenTheRules && money.Flex is { } flex)
        {
            yield return $"On the flex tier: {MoneyText.Of(flex)}.";
        }
    }
}
