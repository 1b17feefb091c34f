using System.Globalization;
using Leeway.Economics;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates;

/// <summary>Makes a scenario of what was written: looks names up and checks what fields mean to each other.</summary>
/// <param name="lookup">Where names are looked up.</param>
/// <param name="marks">Where each path was written.</param>
/// <param name="at">Of the whole.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class ScenarioBuilder(ScenarioLookup lookup, IReadOnlyDictionary<string, Mark> marks, Mark at, List<ConfigProblem> problems)
{
    private readonly Dictionary<string, ModelPrice> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Workload> _workloads = new(StringComparer.Ordinal);

    /// <summary>The scenario; incomplete when an error was added to the problems.</summary>
    /// <param name="written">As written.</param>
    /// <param name="name">What it is called when it does not say.</param>
    public Scenario Build(WrittenScenario written, string name)
    {
        foreach ((string model, PriceConfig price) in written.Prices)
        {
            _own[model] = ConfiguredPrice.From(price, model, lookup.At, lookup.Find(model)) with { Version = $"scenario:{model}", Source = "the scenario file" };
        }

        foreach ((string workload, WrittenWorkload of) in written.Workloads)
        {
            _workloads[workload] = Workload(workload, of);
        }

        var parts = new PartBuilder(lookup, _own, _workloads, written.Model, Wrong);
        List<ScenarioOption> options = [];
        foreach ((string option, IReadOnlyList<WrittenPart> contents) in written.Options)
        {
            string path = ConfigPath.Child("options", option);
            ScenarioPart[] built = [.. contents.Index().Select(part => parts.Build(part.Item, ConfigPath.Item(path, part.Index))).OfType<ScenarioPart>()];
            if (contents.Count == 0)
            {
                Wrong(path, "has no parts", "write for instance - { serve: tickets, by: batch }");
            }
            else if (built.Length == contents.Count)
            {
                CheckShares(built, path);
                options.Add(new ScenarioOption(option, built));
            }
        }

        if (written.Options.Count == 0)
        {
            Wrong("options", "has no options to compare", "write for instance batch: [ { serve: tickets, by: batch } ]");
        }

        return new Scenario
        {
            Name = written.Name ?? name,
            About = written.About,
            Month = written.Month,
            Workloads = [.. _workloads.Values],
            Options = options,
            Claims = [.. written.Printed.Index().Select(claim => Claim(claim.Item, written, ConfigPath.Item("printed", claim.Index))).OfType<Claim>()],
        };
    }

    private Workload Workload(string name, WrittenWorkload written)
    {
        string path = ConfigPath.Child("workloads", name);
        var workload = new Workload(name, written.Rate, written.Input, written.Output) { Deadline = written.Deadline };
        if (written.Cacheable is not { } share)
        {
            if (written.CacheWrites is not null)
            {
                Wrong($"{path}.cache_writes", "goes with cacheable", "say which part of the input is alike, such as cacheable: 80%");
            }

            return workload;
        }

        decimal writes = written.CacheWrites ?? Math.Min(1, written.Rate);
        if (writes > written.Rate)
        {
            Wrong($"{path}.cache_writes", string.Create(CultureInfo.InvariantCulture, $"{writes:0.######} a day is more than the {written.Rate:0.######} requests a day"), "a request writes the cache at most once");
        }

        return workload with { Cache = new PrefixCache((long)Math.Floor(written.Input * share), writes, written.CacheForAnHour) };
    }

    private void CheckShares(IReadOnlyList<ScenarioPart> parts, string path)
    {
        foreach (Workload workload in _workloads.Values)
        {
            decimal served = parts.Where(part => part is not FixedPart && part.Serves == workload).Sum(part => part.Share);
            if (served is not 0 and not 1)
            {
                Wrong(path, string.Create(CultureInfo.InvariantCulture, $"serves {served * 100:0.##} % of '{workload.Name}'"), "the shares of its parts must be 100 % together, or leave the workload out");
            }
        }
    }

    private Claim? Claim(WrittenClaim written, WrittenScenario scenario, string path)
    {
        bool known = Known(written.Option, $"{path}.option") && (written.Against is null || Known(written.Against, $"{path}.against"));
        if (written.Usd is null == written.Percent is null)
        {
            Wrong(path, "needs a figure: usd or percent, one of them", "write usd: 810 or percent: 69");
            return null;
        }

        if (written.Percent is not null && written.Against is null)
        {
            Wrong($"{path}.percent", "is a share of nothing", "say of what it saves: against: OPTION");
            return null;
        }

        return !known ? null : new Claim
        {
            Says = written.Says,
            Option = written.Option,
            Against = written.Against,
            IsShare = written.Percent is not null,
            Span = written.Per ?? scenario.Month.Of(),
            AgainstSpan = written.AgainstPer,
            Bound = written.Bound,
            Printed = written.Usd ?? written.Percent!.Value,
            Because = written.Because,
        };

        bool Known(string option, string where)
        {
            if (scenario.Options.ContainsKey(option))
            {
                return true;
            }

            Wrong(where, $"the scenario has no option '{ConfigPath.Visible(option)}'", NearestName.Hint(option, [.. scenario.Options.Keys]));
            return false;
        }
    }

    private void Wrong(string path, string message, string hint)
    {
        // The nearest written place at or above the path.
        string place = path;
        while (!marks.ContainsKey(place) && place.LastIndexOfAny(['.', '[']) is >= 0 and var end)
        {
            place = place[..end];
        }

        problems.Add(marks.GetValueOrDefault(place, at).Error(path, message, hint));
    }
}
