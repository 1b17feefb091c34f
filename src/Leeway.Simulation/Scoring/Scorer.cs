using Leeway.Economics;
using Leeway.Simulation.Bounds;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Traces;

namespace Leeway.Simulation.Scoring;

/// <summary>Hears a run and keeps its score, class by class, beside what the clairvoyant pays for the same requests.</summary>
internal sealed class Scorer : ISimulationObserver
{
    private readonly Traffic _traffic;
    private readonly ClassTally[] _classes;
    private readonly bool[] _ended;
    private long _batches;

    /// <param name="traffic">What runs.</param>
    /// <param name="laws">What the provider does.</param>
    /// <param name="price">Of the one model that is asked for.</param>
    /// <param name="start">The instant of the traffic's beginning.</param>
    public Scorer(Traffic traffic, ProviderLaws laws, ModelPrice price, DateTimeOffset start)
    {
        _traffic = traffic;
        _ended = new bool[traffic.Requests.Count];
        _classes = [.. traffic.Classes.Select(static _ => new ClassTally())];
        var bound = new Clairvoyant(laws, start, traffic.Length + traffic.Classes.Max(static known => known.Wait));
        for (int number = 0; number < _ended.Length; number++)
        {
            TrafficRequest request = traffic.Requests[number];
            ClassTally tally = _classes[request.Class];
            DateTimeOffset at = start + request.At, deadline = at + traffic.Classes[request.Class].Wait;
            var usage = new TokenUsage { Input = request.InputTokens, Output = request.OutputTokens };
            tally.ListCost += CostOf(price, Lane.RealTime, usage);
            tally.Clairvoyant += CostOf(price, bound.AtAcceptance(number, at, deadline), usage);
            tally.AnyMoment += CostOf(price, bound.AtAnyMoment(number, at, deadline), usage);
        }
    }

    public void Ended(in SimulatedOutcome outcome)
    {
        ClassTally tally = Of(outcome.Number);
        tally.Cost += outcome.Cost ?? 0;

        // A paid result that replaces an expiry comes after the deadline: its money counts, its miss has been counted.
        if (_ended[outcome.Number])
        {
            return;
        }

        _ended[outcome.Number] = true;
        tally.Waited(outcome.Wait);
        tally.Misses += outcome.IsMet ? 0 : 1;
        tally.Rescues += outcome.Rescued ? 1 : 0;
        tally.ByFlex += outcome is { State: RequestState.Succeeded, Lane: Lane.Flex } ? 1 : 0;
        tally.ByBatch += outcome is { State: RequestState.Succeeded, Lane: Lane.Batch } ? 1 : 0;
    }

    public void PaidTwice(long number, Lane lane, decimal? cost)
    {
        ClassTally tally = Of(number);
        tally.Cost += cost ?? 0;
        tally.PaidTwice += cost ?? 0;
    }

    public void BatchEnded(BatchRecord batch) => _batches++;

    /// <summary>The score, once every request has ended.</summary>
    public PolicyScore Result(string policy, int seed)
    {
        return new PolicyScore(
            policy, seed, [.. _classes.Select((tally, index) => tally.Result(_traffic.Classes[index].Name))], ClassTally.Sum(_classes).Result("all"), _batches);
    }

    private ClassTally Of(long number) => _classes[_traffic.Requests[(int)number].Class];

    private static decimal CostOf(ModelPrice price, Lane lane, TokenUsage usage) =>
        CostArithmetic.CostOf(price.For(lane), usage) ?? CostArithmetic.CostOf(price.RealTime, usage) ?? 0;
}
