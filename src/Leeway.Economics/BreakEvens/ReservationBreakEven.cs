using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>How much to reserve and how much to rent as needed: the newsvendor's problem.</summary>
/// <remarks>
/// A reserved unit costs c_res whether used or not, a rented one c_burst while used. The k-th unit is worth reserving iff it is used for more
/// than c_res / c_burst of the time, so R* = F⁻¹(1 − c_res / c_burst), F being the distribution of the demand (K. J. Arrow, T. Harris and
/// J. Marschak, "Optimal inventory policy", Econometrica 19 (1951)). Demand is taken after deferral has flattened it.
/// </remarks>
public static class ReservationBreakEven
{
    // Beyond any fleet; ends the search.
    private const int Most = 10_000_000;

    /// <summary>c_res / c_burst: the share of the time from which on a unit is worth reserving.</summary>
    public static Figure UseNeeded(Figure reserved, Figure burst) => (reserved / burst).Named("break-even use");

    /// <summary>The share of the time that the <paramref name="unit"/>-th unit (from 1) is used; a demand between whole units uses the last one in part.</summary>
    public static decimal UseOf(int unit, IReadOnlyList<decimal> demand) =>
        demand.Count == 0 ? 0 : demand.Sum(needed => Math.Clamp(needed - (unit - 1), 0, 1)) / demand.Count;

    /// <summary>R*: the units worth reserving. The use of the k-th falls with k, so it is the last one above <paramref name="useNeeded"/>.</summary>
    public static int Best(IReadOnlyList<decimal> demand, decimal useNeeded)
    {
        int none = 0;
        int all = (int)Math.Min(Most, Math.Ceiling(demand.DefaultIfEmpty(0).Max()));
        while (none < all)
        {
            int middle = none + ((all - none + 1) / 2);
            if (UseOf(middle, demand) > useNeeded)
            {
                none = middle;
            }
            else
            {
                all = middle - 1;
            }
        }

        return none;
    }
}
