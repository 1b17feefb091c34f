using System.Globalization;

namespace Leeway.Chaos.Troubles;

/// <summary>One trouble of a plan.</summary>
/// <param name="At">When it begins, counted from the load's begin.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Node">Whose, where it is a node's.</param>
/// <param name="For">How long.</param>
/// <param name="Skew">How far a clock is ahead.</param>
internal sealed record Trouble(TimeSpan At, TroubleKind Kind, int Node, TimeSpan For, TimeSpan Skew)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At.TotalSeconds,7:0.0} s  {Kind}{(IsOfNode ? $" node {Node}" : "")} for {For.TotalSeconds:0.0} s{(Kind == TroubleKind.ClockSkew ? $" by {Skew.TotalSeconds:0} s" : "")}");

    private bool IsOfNode => Kind is not (TroubleKind.Roll or TroubleKind.DatabaseStop or TroubleKind.DatabaseCrash or TroubleKind.VendorOut or TroubleKind.VendorFalters or TroubleKind.ReceiverOut);
}
