namespace Leeway.Planning.Turnaround;

/// <summary>What is known of some batches, for people.</summary>
/// <param name="Deployment">The deployment's id; null for what is assumed of all.</param>
/// <param name="Size">Their requests, e.g. <c>100-999</c>, or <c>any</c>.</param>
/// <param name="Hours">When they were submitted, e.g. <c>Mon-Fri 08-12 UTC</c>, or <c>any</c>.</param>
/// <param name="Seen">How many were seen to end or lost from sight, ever.</param>
/// <param name="Censored">How many of those were lost from sight.</param>
/// <param name="Open">How many are at the provider.</param>
/// <param name="Weight">How many batches of now the decayed ones are worth.</param>
/// <param name="Curve">Their turnaround.</param>
/// <param name="Regime">The deployment's regime.</param>
/// <param name="Since">Since when; null when it was never another.</param>
/// <param name="Evidence">The odds for the regime named next to those for the present one, decimal logarithm.</param>
/// <param name="EvidenceFor">The regime that evidence is gathered for.</param>
public sealed record TurnaroundView(
    string? Deployment, string Size, string Hours, long Seen, long Censored, int Open, double Weight, SurvivalCurve Curve, string Regime, DateTimeOffset? Since, double Evidence, string EvidenceFor);
