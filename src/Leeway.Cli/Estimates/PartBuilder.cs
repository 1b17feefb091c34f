using Leeway.Economics.BreakEvens;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates;

/// <summary>Makes the parts of an option of what was written.</summary>
/// <param name="lookup">Where names are looked up.</param>
/// <param name="ownPrices">The scenario's own prices, which win.</param>
/// <param name="workloads">By name.</param>
/// <param name="model">Of the scenario; null: each part names one.</param>
/// <param name="wrong">Receives path, message and hint of what is wrong.</param>
internal sealed class PartBuilder(
    ScenarioLookup lookup, IReadOnlyDictionary<string, ModelPrice> ownPrices, IReadOnlyDictionary<string, Workload> workloads, string? model, Action<string, string, string> wrong)
{
    private const decimal InterruptionsPerHour = 0.05m;
    private const int HoursPerDay = 24;
    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_checkpointTakes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_restart = TimeSpan.FromMinutes(5);

    // Providers promise a batch within a day, and a flex request within minutes.
    private static readonly TimeSpan s_batchTurnaround = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_flexTurnaround = TimeSpan.FromMinutes(15);

    /// <summary>The part; null after something was wrong.</summary>
    public ScenarioPart? Build(WrittenPart written, string path)
    {
        if (PartFields.KindOf(written, path, wrong) is not { } kind)
        {
            return null;
        }

        Workload? workload = null;
        if (written.Serve is { } serve && !workloads.TryGetValue(serve, out workload))
        {
            wrong($"{path}.serve", $"the scenario has no workload '{ConfigPath.Visible(serve)}'", NearestName.Hint(serve, [.. workloads.Keys]));
            return null;
        }

        ScenarioPart? part = kind switch
        {
            "by" => ByTheToken(written, path),
            "endpoint" => Endpoint(written, path),
            "serverless" => Serverless(written, path),
            "spot" => Spot(written, path),
            "reserved" => Reserved(written, path),
            _ => new FixedPart { Name = written.Name ?? "fixed", Amount = written.Fixed!.Usd, Per = written.Fixed.Per, Source = written.Source, Discount = written.Discount },
        };
        return part is null ? null : part with
        {
            Serves = workload,
            Share = written.Share ?? 1,
            Turnaround = written.Turnaround ?? part.Turnaround,
        };
    }

    private TokenPart? ByTheToken(WrittenPart written, string path)
    {
        if ((written.Model ?? model) is not { } asked)
        {
            wrong($"{path}.model", "no model is named, neither here nor for the scenario", "write model: gpt-4o");
            return null;
        }

        bool cached = written.Cached == true;
        if (cached && workloads[written.Serve!].Cache is null)
        {
            wrong($"{path}.cached", $"'{written.Serve}' has nothing that could be cached", $"say which part of its input is alike: workloads.{written.Serve}.cacheable: 80%");
            return null;
        }

        ModelPrice? price = ownPrices.GetValueOrDefault(asked) ?? lookup.Find(asked);
        return new TokenPart
        {
            Model = asked,
            Price = price,
            SimilarModel = price is null ? NearestName.Of(asked, lookup.Prices.Models.Concat(ownPrices.Keys)) : null,
            Lane = written.By!.Value,
            CachesPrefix = cached,
            Discount = written.Discount,
            Turnaround = written.By switch { TokenLane.Batch => s_batchTurnaround, TokenLane.Flex => s_flexTurnaround, _ => TimeSpan.Zero },
        };
    }

    private EndpointPart? Endpoint(WrittenPart written, string path)
    {
        OffPeakWindow? window = null;
        if (written.Window is { } name && (window = lookup.Compute.FindWindow(name)) is null)
        {
            wrong($"{path}.window", $"no off-peak window '{ConfigPath.Visible(name)}' is known", NearestName.Hint(name, [.. lookup.Compute.Windows.Select(known => known.Name)]));
            return null;
        }

        decimal hours = written.Hours ?? window?.Hours ?? HoursPerDay;
        return Instance(written.Endpoint!, $"{path}.endpoint") is not { } instance ? null : new EndpointPart
        {
            Instance = instance,
            Count = written.Count ?? 1,
            HoursPerDay = hours,
            Window = window,
            RequestsPerHour = written.Capacity / HoursPerDay,
            Discount = written.Discount,
            Turnaround = TimeSpan.FromHours((double)(HoursPerDay - hours)),
        };
    }

    private ServerlessPart? Serverless(WrittenPart written, string path)
    {
        string name = written.Serverless!;
        if (lookup.Compute.FindServerless(name) is not { } price)
        {
            wrong($"{path}.serverless", $"no price of '{ConfigPath.Visible(name)}' is known", NearestName.Hint(name, [.. lookup.Compute.Serverless.Select(known => known.Name)]));
            return null;
        }

        return new ServerlessPart
        {
            Price = price,
            SecondsPerRequest = (decimal)written.Takes!.Value.TotalSeconds,
            Gigabytes = written.Memory ?? 0,
            Cpus = written.Cpus ?? 0,
            ColdShare = written.ColdShare ?? 0,
            ColdStartSeconds = written.ColdStart,
            Discount = written.Discount,
            Turnaround = TimeSpan.FromSeconds((double)(written.ColdStart ?? price.ColdStartSeconds).To),
        };
    }

    private SpotPart? Spot(WrittenPart written, string path)
    {
        if (Instance(written.Spot!, $"{path}.spot") is not { } instance)
        {
            return null;
        }

        if ((written.Discount ?? instance.SpotDiscount) is not { } discount)
        {
            wrong($"{path}.discount", $"no spot discount of '{instance.Name}' is known", "write for instance discount: 60%..90%");
            return null;
        }

        var interruptions = new SpotInterruptions(
            written.Interruptions / HoursPerDay ?? InterruptionsPerHour, Hours(written.CheckpointEvery ?? s_checkpointEvery), Hours(written.CheckpointTakes ?? s_checkpointTakes), Hours(written.Restart ?? s_restart));
        if (!interruptions.CanFinish)
        {
            wrong($"{path}.checkpoint_every", "is so long that work between two interruptions practically never completes", "write checkpoints more often");
            return null;
        }

        return new SpotPart
        {
            Instance = instance,
            SpotDiscount = discount,
            Count = written.Count ?? 1,
            WorkHoursPerDay = written.Hours!.Value,
            Interruptions = interruptions,
            Turnaround = TimeSpan.FromHours(HoursPerDay),
        };
    }

    private ReservedPart? Reserved(WrittenPart written, string path)
    {
        if (written.Demand!.Count != HoursPerDay)
        {
            wrong($"{path}.demand", $"has {written.Demand.Count} values; a day has {HoursPerDay} hours", "write the instances that each hour needs, from 00:00 on");
            return null;
        }

        if (Instance(written.Reserved!, $"{path}.reserved") is not { } instance)
        {
            return null;
        }

        if ((written.Discount ?? instance.ReservedDiscount) is not { } discount)
        {
            wrong($"{path}.discount", $"no price of a reserved '{instance.Name}' is known", "write for instance discount: 40%");
            return null;
        }

        return new ReservedPart { Instance = instance, Reserved = written.Count!.Value, ReservedDiscount = discount, Demand = written.Demand };
    }

    private ComputeInstance? Instance(string name, string path)
    {
        ComputeInstance? instance = lookup.Compute.FindInstance(name);
        if (instance is null)
        {
            wrong(path, $"no price of '{ConfigPath.Visible(name)}' is known", $"{NearestName.Hint(name, [.. lookup.Compute.Instances.Select(known => known.Name)])}; --compute FILE adds instances");
        }

        return instance;
    }

    private static decimal Hours(TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerHour;
}
