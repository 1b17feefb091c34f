using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Servers that run while a request is answered and cost nothing while idle; some requests wait for one to start.</summary>
public sealed record ServerlessPart : ScenarioPart
{
    public required ServerlessPrice Price { get; init; }

    public required decimal SecondsPerRequest { get; init; }

    public decimal Gigabytes { get; init; }

    public decimal Cpus { get; init; }

    /// <summary>The share of requests that wait for a cold start, from 0 to 1.</summary>
    public decimal ColdShare { get; init; }

    /// <summary>Null: as the catalogue says.</summary>
    public Between? ColdStartSeconds { get; init; }

    public override string Label => $"{Serves?.Name} on {Price.Name}";

    public override IEnumerable<string> Notes()
    {
        if (Price.PerGbSecond is not null && Gigabytes == 0)
        {
            yield return $"{Price.Name} charges for memory, and the part says none";
        }

        if (Price.PerCpuSecond is not null && Cpus == 0)
        {
            yield return $"{Price.Name} charges for vCPUs, and the part says none";
        }
    }

    private protected override Figure Charge(Billing billing) => (billing.Span.Of(Requests()) * PerRequest(billing)).Named("requests");

    /// <summary>USD per request.</summary>
    internal Figure PerRequest(Billing billing)
    {
        Unit each = Unit.Second / Unit.Request;
        Figure cold = Figure.Given("share of cold starts", ColdShare, Unit.None)
            * Figure.Given("cold start", billing.Delay(ColdStartSeconds ?? Price.ColdStartSeconds), each, ColdStartSeconds is null ? Price.Origin : null);
        Figure seconds = (Figure.Given("time of a request", SecondsPerRequest, each) + cold).Named("charged time of a request");
        var parts = new List<Figure>();
        if (Price.PerGbSecond is { } memory)
        {
            parts.Add((seconds * Figure.Given("memory", Gigabytes, Unit.Gigabyte) * Figure.Given("memory price", memory, Unit.Usd / (Unit.Gigabyte * Unit.Second), Price.Origin)).Named("memory"));
        }

        if (Price.PerCpuSecond is { } cpu)
        {
            parts.Add((seconds * Figure.Given("vCPUs", Cpus, Unit.Cpu) * Figure.Given("vCPU price", cpu, Unit.Usd / (Unit.Cpu * Unit.Second), Price.Origin)).Named("vCPUs"));
        }

        if (Price.PerRequest is { } request)
        {
            parts.Add(Figure.Given("price of a request", request, Unit.Usd / Unit.Request, Price.Origin));
        }

        return (parts.Count == 0 ? Figure.Constant(0, Unit.Usd / Unit.Request) : Figure.Sum(parts)).Named("cost of a request");
    }
}
