namespace Leeway.Routing;

/// <summary>The nearest of some names, for "did you mean".</summary>
public static class NearestName
{
    /// <summary>The name with the smallest edit distance to <paramref name="wanted"/>, or null when none is near (more than a third of its letters differ).</summary>
    public static string? Find(string wanted, IEnumerable<string> names)
    {
        string? nearest = null;
        int best = Math.Max(2, wanted.Length / 3) + 1;
        foreach (string name in names)
        {
            int distance = Math.Abs(name.Length - wanted.Length) >= best ? best : Distance(wanted, name);
            if (distance < best)
            {
                (nearest, best) = (name, distance);
            }
        }

        return nearest;
    }

    // Levenshtein's distance over two rows.
    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        int[] current = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
