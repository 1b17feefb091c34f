using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Leeway.Load;

/// <summary>What a bench is told on the command line.</summary>
/// <param name="Rounds">How often each variant is measured.</param>
/// <param name="Seconds">How long each measurement takes.</param>
/// <param name="Out">Where the results go; null: standard output only.</param>
/// <param name="Only">Variants to measure beside Leeway; empty: all.</param>
/// <param name="Wait">Hold on after the warm-up until a line comes on standard input, for a profiler to attach.</param>
/// <param name="Quick">Smaller, for a look.</param>
/// <param name="Rows">How many requests wait where a bench fills a store with waiting ones.</param>
/// <param name="Live">With what takes as long as it takes: a replay against a running gateway.</param>
internal sealed record LoadOptions(int Rounds, int Seconds, string? Out, IReadOnlyList<string> Only, bool Wait, bool Quick = false, bool Live = false, int Rows = 10_000_000)
{
    public static bool TryParse(string[] args, [NotNullWhen(true)] out LoadOptions? options)
    {
        options = new LoadOptions(5, 3, null, [], Wait: false);
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    i++;
                    break;
                case "--seconds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0:
                    options = options with { Seconds = seconds };
                    i++;
                    break;
                case "--rows" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows >= 100_000:
                    options = options with { Rows = rows };
                    i++;
                    break;
                case "--out" when value is not null:
                    options = options with { Out = value };
                    i++;
                    break;
                case "--only" when value is not null:
                    options = options with { Only = value.Split(',') };
                    i++;
                    break;
                case "--wait":
                    options = options with { Wait = true };
                    break;
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--live":
                    options = options with { Live = true };
                    break;
                default:
                    options = null;
                    return false;
            }
        }

        return true;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("Usage: Leeway.Load realtime|enqueue|store|nodes|intake|recovery|urgency|advise|plan|plan-speed [--rounds 5] [--seconds 3] [--rows 10000000] [--out FILE] [--only nginx,yarp,relay,csv,…] [--wait] [--quick] [--live]");
        return 2;
    }
}
