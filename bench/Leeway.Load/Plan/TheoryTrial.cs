using Leeway.Sandbox.Laws;

namespace Leeway.Load.Plan;

/// <summary>One figure of theory beside the simulator's.</summary>
/// <param name="Model">In Kendall's notation, with its load.</param>
/// <param name="Quantity">What is compared.</param>
/// <param name="Theory">By the closed form.</param>
/// <param name="Simulated">By the event loop.</param>
/// <param name="StandardError">Of the simulated figure, by the means of fifty stretches.</param>
/// <param name="Events">Handled.</param>
internal sealed record TheoryRow(string Model, string Quantity, double Theory, double Simulated, double StandardError, long Events)
{
    /// <summary>The distance from theory as a share of it.</summary>
    public double Error => Math.Abs(Simulated - Theory) / Theory;
}

/// <summary>The event loop against queues whose answers are known: M/M/k, M/D/1, M/G/1 and the loss system M/G/k/k.</summary>
/// <param name="seed">Of all draws.</param>
/// <param name="customers">Measured in each model; each is two events.</param>
internal sealed class TheoryTrial(int seed, long customers)
{
    /// <summary>All models.</summary>
    public IReadOnlyList<TheoryRow> Run() => [.. ManyServers(), FixedService(), LognormalService(), Loss()];

    /// <summary>M/M/3 at a load of 0.7: mean wait and the chance to wait longer than a quarter of a service, by Erlang C.</summary>
    public IReadOnlyList<TheoryRow> ManyServers()
    {
        const int servers = 3;
        const double load = 2.1;
        const double threshold = 0.25;
        var model = new QueueModel(load, servers, waits: true, static random => -Math.Log(1 - random.NextDouble()), threshold, seed, customers);
        QueueModel.Tally tally = model.Run();
        double c = ErlangC(servers, load);
        return
        [
            Row("M/M/3, load 0.7", "mean wait", c / (servers - load), tally.Wait, model),
            Row("M/M/3, load 0.7", "P(wait > 0.25)", c * Math.Exp(-(servers - load) * threshold), tally.Over, model),
        ];
    }

    /// <summary>M/D/1 at a load of 0.7: ρ/(2(1−ρ)).</summary>
    public TheoryRow FixedService()
    {
        const double load = 0.7;
        var model = new QueueModel(load, 1, waits: true, static _ => 1, 0, seed, customers);
        return Row("M/D/1, load 0.7", "mean wait", load / (2 * (1 - load)), model.Run().Wait, model);
    }

    /// <summary>M/G/1 with lognormal service of mean 1 and sigma 0.8 at a load of 0.6: λE[S²]/(2(1−ρ)), Pollaczek and Khinchine.</summary>
    public TheoryRow LognormalService()
    {
        const double load = 0.6;
        const double sigma = 0.8;
        double median = Math.Exp(-sigma * sigma / 2);
        var model = new QueueModel(load, 1, waits: true, random => random.NextLognormal(median, sigma), 0, seed, customers);
        return Row("M/G/1 lognormal, load 0.6", "mean wait", load * Math.Exp(sigma * sigma) / (2 * (1 - load)), model.Run().Wait, model);
    }

    /// <summary>M/G/10/10 with 8 erlangs offered: Erlang B, whatever the law of service; here lognormal.</summary>
    public TheoryRow Loss()
    {
        const int servers = 10;
        const double load = 8;
        const double sigma = 0.8;
        double median = Math.Exp(-sigma * sigma / 2);
        var model = new QueueModel(load, servers, waits: false, random => random.NextLognormal(median, sigma), 0, seed, customers);
        return Row("M/G/10/10, 8 erlangs", "share lost", ErlangB(servers, load), model.Run().Lost, model);
    }

    /// <summary>Erlang B by its recursion.</summary>
    public static double ErlangB(int servers, double load)
    {
        double b = 1;
        for (int k = 1; k <= servers; k++)
        {
            b = load * b / (k + (load * b));
        }

        return b;
    }

    /// <summary>The chance to wait at all in M/M/k.</summary>
    public static double ErlangC(int servers, double load)
    {
        double b = ErlangB(servers, load);
        return servers * b / (servers - (load * (1 - b)));
    }

    private static TheoryRow Row(string model, string quantity, double theory, (double Mean, double Error) measured, QueueModel run) =>
        new(model, quantity, theory, measured.Mean, measured.Error, run.Events);
}
