namespace Leeway.Gateway.Configuration.Schema;

/// <summary>What somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits, within a third of its length; case and <c>-</c>/<c>_</c> cost nothing.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length > 100)
        {
            return null;
        }

        string wanted = Fold(name);
        string? best = null;
        int fewest = int.MaxValue;
        foreach (string candidate in candidates.Where(candidate => candidate.Length <= 100))
        {
            string folded = Fold(candidate);
            int edits = Edits(wanted, folded);
            int length = Math.Max(wanted.Length, folded.Length);
            if (edits < fewest && edits < length && edits <= Math.Max(1, length / 3))
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    /// <summary>A hint for a message: the nearest name, else all of them.</summary>
    public static string Hint(string name, IReadOnlyList<string> candidates) => Of(name, candidates) is { } nearest
        ? $"did you mean '{nearest}'?"
        : candidates.Count == 0 ? "" : $"known: {string.Join(", ", candidates.Take(20))}";

    private static string Fold(string name) =>
        name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    // Optimal string alignment: insert, delete, replace, swap neighbours.
    private static int Edits(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
