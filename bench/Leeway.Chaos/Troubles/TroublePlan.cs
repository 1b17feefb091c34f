namespace Leeway.Chaos.Troubles;

/// <summary>
/// Draws what goes wrong, and when. Kinds come from a shuffled deck that is dealt to its end before it is shuffled again, so that even a
/// short run meets many.
/// </summary>
internal static class TroublePlan
{
    /// <summary>How far a clock is off at most, in seconds: what docs/operations/nodes.md says a node's clock may be.</summary>
    private const int MostSkew = 120;

    // How long each lasts, in seconds: at least and at most.
    private static readonly Dictionary<TroubleKind, (double Least, double Most)> s_lengths = new()
    {
        [TroubleKind.Kill] = (0, 8),
        [TroubleKind.Pause] = (1, 25),
        [TroubleKind.Roll] = (0, 1),
        [TroubleKind.ProviderDropped] = (2, 12),
        [TroubleKind.ProviderDeaf] = (1, 8),
        [TroubleKind.ProviderReset] = (1, 8),
        [TroubleKind.ProviderSlow] = (3, 12),
        [TroubleKind.DatabaseDropped] = (2, 25),
        [TroubleKind.DatabaseDeaf] = (1, 15),
        [TroubleKind.DatabaseReset] = (1, 8),
        [TroubleKind.DatabaseSlow] = (3, 12),
        [TroubleKind.DatabaseStop] = (0, 6),
        [TroubleKind.DatabaseCrash] = (0, 6),
        [TroubleKind.DiskFull] = (2, 8),
        [TroubleKind.ClockSkew] = (5, 30),
        [TroubleKind.VendorOut] = (2, 10),
        [TroubleKind.VendorFalters] = (5, 20),
        [TroubleKind.ReceiverOut] = (3, 15),
    };

    // Kills are what the promises are about.
    private static int Copies(TroubleKind kind) => kind switch
    {
        TroubleKind.Kill => 4,
        TroubleKind.Pause or TroubleKind.DatabaseDropped => 2,
        _ => 1,
    };

    /// <summary>All kinds, by the names of the command line.</summary>
    public static IEnumerable<TroubleKind> Named(IEnumerable<string> names) => names.Select(name => Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out TroubleKind kind)
        ? kind
        : throw new ArgumentException($"'{name}' is no kind of trouble; use some of {string.Join(", ", Enum.GetNames<TroubleKind>())}.", nameof(names)));

    public static IReadOnlyList<Trouble> Draw(int seed, IReadOnlyList<TroubleKind> kinds, int nodes, TimeSpan length, TimeSpan every)
    {
        // Apart from the load's draws, which have the same seed.
        var random = new Random(seed ^ 0x5eed);
        var plan = new List<Trouble>();
        var deck = new Queue<TroubleKind>();
        double at = 3;
        while (at < length.TotalSeconds - 2)
        {
            if (deck.Count == 0)
            {
                TroubleKind[] cards = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind, Copies(kind)))];
                random.Shuffle(cards);
                deck = new Queue<TroubleKind>(cards);
            }

            TroubleKind next = deck.Dequeue();
            (double least, double most) = s_lengths[next];
            double lasts = least + (random.NextDouble() * (most - least));
            int node = random.Next(nodes);
            TimeSpan skew = TimeSpan.FromSeconds(random.Next(2) == 0 ? -random.Next(5, MostSkew) : random.Next(5, MostSkew));

            // All end with the load, so that what follows is a cluster that may recover.
            plan.Add(new Trouble(TimeSpan.FromSeconds(at), next, node, TimeSpan.FromSeconds(Math.Min(lasts, length.TotalSeconds - at)), skew));
            at += Math.Max(0.5, -Math.Log(1 - random.NextDouble()) * every.TotalSeconds);
        }

        return plan;
    }
}
