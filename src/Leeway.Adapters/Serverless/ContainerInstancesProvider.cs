using Leeway.Adapters.Wire;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Serverless;

/// <summary>A container that is started when it is called, such as on Azure Container Instances or Apps, over HTTP with a key or without.</summary>
public sealed class ContainerInstancesProvider(TimeProvider clock, ILogger<ContainerInstancesProvider> logger)
    : WireProvider(ServerlessKind.Of("container-instances"), clock, logger);
