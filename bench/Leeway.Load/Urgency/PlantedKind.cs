namespace Leeway.Load.Urgency;

/// <summary>What a generated sender is, beside what it declares.</summary>
internal enum PlantedKind
{
    /// <summary>Declares a tight deadline and waits for most results.</summary>
    HonestTight,

    /// <summary>Declares a loose deadline and fetches most results later.</summary>
    HonestLoose,

    /// <summary>Declares a tight deadline and lets results lie.</summary>
    Over,

    /// <summary>Declares a loose deadline and snatches results.</summary>
    Under,
}
