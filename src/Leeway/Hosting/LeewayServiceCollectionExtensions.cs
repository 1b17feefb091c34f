using System.Diagnostics.CodeAnalysis;
using Leeway.Batching;
using Leeway.Batching.Packing;
using Leeway.Classification;
using Leeway.Delivery;
using Leeway.Economics;
using Leeway.Execution;
using Leeway.Files;
using Leeway.Guard;
using Leeway.Ledger;
using Leeway.Ledger.Budgets;
using Leeway.Nodes;
using Leeway.Planning;
using Leeway.Planning.Flex;
using Leeway.Planning.Ladder;
using Leeway.Planning.Quotes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Leeway.Hosting;

/// <summary>
/// The path, in its order. The host brings what the path must not know: <see cref="TimeProvider"/>, <see cref="IRandomSource"/>,
/// <see cref="IConfigSource"/>, <see cref="IPriceCatalog"/>, the stores, the providers and <see cref="IDialects"/>.
/// </summary>
public static class LeewayServiceCollectionExtensions
{
    /// <summary>Adds every stage and its loops.</summary>
    public static IServiceCollection AddLeeway(this IServiceCollection services) => services
        .AddSingleton<LeewayInstruments>()
        .AddSingleton<IdSource>()
        .AddClassification()
        .AddRouting()
        .AddPlanning()
        .AddRealTime()
        .AddQueue()
        .AddBatching()
        .AddExecution()
        .AddGuard()
        .AddResults()
        .AddDelivery()
        .AddFiles()
        .AddLedger()
        .AddSingleton<NodeStanding>()
        .AddSingleton<HeldWork>()
        .AddHostedService<PathStart>()
        .AddLoop<FormerLoop>()
        .AddLoop<SubmitLoop>()
        .AddLoop<CollectLoop>()
        .AddLoop<GuardLoop>()
        .AddLoop<RescueLoop>()
        .AddLoop<PlanLoop>()
        .AddLoop<RetentionLoop>()
        .AddLoop<FileLoop>()
        .AddLoop<TurnaroundLoop>();

    /// <summary>
    /// Adds the node's membership, before <see cref="AddLeeway"/>: it joins first and leaves last. For hosts whose database others may share; they
    /// bring an <see cref="INodeStore"/>.
    /// </summary>
    public static IServiceCollection AddNode(this IServiceCollection services) => services
        .AddSingleton<NodeKeeper>()
        .AddSingleton<EndsElsewhere>()
        .AddHostedService<NodeLoop>()
        .AddHostedService<EndsLoop>()
        .AddHostedService<AllowanceLoop>();

    private static IServiceCollection AddClassification(this IServiceCollection services) => services.AddSingleton<RequestClassifier>();

    private static IServiceCollection AddRouting(this IServiceCollection services) => services
        .AddSingleton<RouteTable>()
        .AddSingleton<CarrierFilter>();

    private static IServiceCollection AddPlanning(this IServiceCollection services) => services
        .AddSingleton<CheapHours>()
        .AddSingleton<TurnaroundForecast>()
        .AddSingleton<TurnaroundKeeper>()
        .AddSingleton<FlexGate>()
        .AddSingleton<IFlexForecasts>(static provider => provider.GetRequiredService<FlexGate>())
        .AddSingleton<ITurnaroundForecasts>(static provider => provider.GetRequiredService<TurnaroundForecast>())
        .AddSingleton<ShadowPrices>()
        .AddSingleton<AbandonedRows>()
        .AddSingleton<LadderBook>()
        .AddSingleton<LanePlanner>()
        .AddSingleton<Quoter>()
        .AddSingleton<ILanePolicy>(static provider => provider.GetRequiredService<LanePlanner>());

    private static IServiceCollection AddRealTime(this IServiceCollection services) => services.AddSingleton<ColdStarts>().AddSingleton<RealTimeDispatcher>();

    private static IServiceCollection AddQueue(this IServiceCollection services) => services
        .AddSingleton<QueueIndex>()
        .AddSingleton<RequestQueue>();

    private static IServiceCollection AddBatching(this IServiceCollection services) => services
        .AddSingleton<BatchTable>()
        .AddSingleton<BatchProviders>()
        .AddSingleton<PackValue>()
        .AddSingleton<BatchFormer>()
        .AddSingleton<BatchSubmitter>()
        .AddSingleton<BatchAdopter>()
        .AddSingleton<TwinWatcher>()
        .AddSingleton<BatchPoller>()
        .AddSingleton<BatchCollector>()
        .AddSingleton<RowJudge>()
        .AddSingleton<FileRetention>();

    private static IServiceCollection AddExecution(this IServiceCollection services) => services
        .AddSingleton<ServiceTimes>()
        .AddSingleton<RescueBudget>()
        .AddSingleton<DeferredRunner>();

    private static IServiceCollection AddGuard(this IServiceCollection services) => services.AddSingleton<LateBatches>().AddSingleton<RescueGuard>();

    private static IServiceCollection AddResults(this IServiceCollection services) => services
        .AddSingleton<ResultWaiters>()
        .AddSingleton<ResultRecorder>();

    private static IServiceCollection AddFiles(this IServiceCollection services) => services
        .AddSingleton<FileShelf>()
        .AddSingleton<FileSweeper>();

    private static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.TryAddSingleton<IBudgetSource, NoBudgets>();
        return services.AddSingleton<CostLedger>().AddSingleton<BudgetBook>();
    }

    private static IServiceCollection AddLoop<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TLoop>(this IServiceCollection services)
        where TLoop : PathLoop => services.AddHostedService<TLoop>();
}
