namespace Leeway.Planning.Turnaround.Statistics;

/// <summary>Where a condition that holds from some point on begins to hold.</summary>
internal static class Bisection
{
    /// <summary>The least x in [<paramref name="low"/>, <paramref name="high"/>] with <paramref name="holds"/>, to the last digits of a double.</summary>
    public static double Find(double low, double high, Func<double, bool> holds)
    {
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
