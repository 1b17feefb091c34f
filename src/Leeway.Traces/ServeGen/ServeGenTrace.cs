using System.Globalization;

namespace Leeway.Traces.ServeGen;

/// <summary>
/// Draws a day of requests from client laws. Each client is a renewal process in operational time: gaps of mean 1 with the window's law, stretched by
/// the window's rate, so that a gap may outlast a window and rates hold on average.
/// </summary>
internal static class ServeGenTrace
{
    /// <summary>Writes <c>timestamp,client,input_tokens,output_tokens</c>, seconds from the start, client after client.</summary>
    public static void Write(IReadOnlyList<ClientLaw> clients, int seed, TextWriter csv)
    {
        csv.Write("timestamp,client,input_tokens,output_tokens\n");
        foreach (ClientLaw client in clients)
        {
            // A client's requests do not change when others come or go.
            var random = new SeededRandomSource(HashCode(seed, client.Name));
            foreach (double at in Arrivals(client, random))
            {
                csv.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{at:0.000000},{client.Name},{ClientLaw.At(client.Input, at).Draw(random)},{ClientLaw.At(client.Output, at).Draw(random)}\n"));
            }
        }
    }

    private static IEnumerable<double> Arrivals(ClientLaw client, SeededRandomSource random)
    {
        double length = client.Windows[1].Start - client.Windows[0].Start;

        // Somewhere within the first gap, lest all clients begin together.
        double? left = null;
        foreach (ArrivalWindow window in client.Windows.Where(window => window.Rate > 0))
        {
            left ??= Gap(window, random) * random.NextDouble();
            double end = window.Rate * length, now = 0;
            while (now + left.Value < end)
            {
                now += left.Value;
                yield return window.Start + (now / window.Rate);
                left = Gap(window, random);
            }

            left -= end - now;
        }
    }

    /// <summary>A gap of mean 1.</summary>
    private static double Gap(ArrivalWindow window, SeededRandomSource random)
    {
        if (window.WeibullShape is { } weibull)
        {
            return Math.Pow(-Math.Log(1 - random.NextDouble()), 1 / weibull) / Gamma(1 + (1 / weibull));
        }

        double shape = 1 / (window.Cv * window.Cv);
        return DrawGamma(shape, random) / shape;
    }

    // Marsaglia and Tsang's method; below shape 1 by one step up.
    private static double DrawGamma(double shape, SeededRandomSource random)
    {
        if (shape < 1)
        {
            return DrawGamma(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal(random), v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    private static double Normal(SeededRandomSource random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Lanczos' approximation with g = 7, relative error below 1e-14.
    private static double Gamma(double x)
    {
        ReadOnlySpan<double> factors =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
            9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        double sum = factors[0];
        for (int i = 1; i < factors.Length; i++)
        {
            sum += factors[i] / (x - 1 + i);
        }

        double t = x + 6.5;
        return Math.Sqrt(2 * Math.PI) * Math.Pow(t, x - 0.5) * Math.Exp(-t) * sum;
    }

    // string.GetHashCode differs from run to run.
    private static int HashCode(int seed, string name) => name.Aggregate(seed, (hash, c) => unchecked((hash * 31) + c));
}
