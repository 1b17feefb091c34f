namespace Leeway.Load.Plan;

/// <summary>What sealing costs on one stream of arrivals, all relative to the clairvoyant.</summary>
/// <param name="Arrivals">The stream, in words.</param>
/// <param name="Kind">Real, even, bursty or adversarial.</param>
/// <param name="BestSize">√(2λK/h): about how many requests a batch should have.</param>
/// <param name="Rule">The production rule's cost over the clairvoyant's.</param>
/// <param name="BestTimer">The best fixed timer's, chosen afterwards.</param>
/// <param name="OrderTimer">A timer's of √(2K/λh), chosen beforehand from the true rate.</param>
internal sealed record SealingRow(string Arrivals, string Kind, double BestSize, double Rule, double BestTimer, double OrderTimer)
{
    /// <summary>How much less the rule costs than the best timer, within [0, 1].</summary>
    public double BelowBestTimer => 1 - (Rule / BestTimer);

    /// <summary>The same of what is beyond the clairvoyant's cost, which nobody can save.</summary>
    public double ExcessBelowBestTimer => 1 - ((Rule - 1) / (BestTimer - 1));
}
