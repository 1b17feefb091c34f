namespace Leeway.Load.Plan;

/// <summary>The configuration of the trials: defaults, one provider, one model, and slots for more calls at once than the traces have.</summary>
internal static class PlanConfig
{
    /// <summary>Has prices in real time, on flex and in batches.</summary>
    public const string Model = "gpt-5-mini";

    /// <param name="rpm">Real-time calls a minute that the deployment is said to take; null: nothing is said.</param>
    public static LeewayConfig With(int? rpm = null) => new()
    {
        Lanes = new LanesConfig { Batch = new BatchLaneConfig { Rescue = new RescueConfig { Concurrency = 256 } }, Flex = new FlexLaneConfig { Concurrency = 4096 } },
        Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { ApiKey = new Secret("simulated", "literal") } },
        Models = new Dictionary<string, ModelConfig>
        {
            [Model] = new() { Deployments = [new DeploymentConfig { Provider = "openai", Model = Model, Rpm = rpm }] },
        },
    };
}
