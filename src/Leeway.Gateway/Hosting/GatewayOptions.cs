using Leeway.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Hosting;

/// <summary>What a gateway is started with.</summary>
public sealed record GatewayOptions
{
    /// <summary>What <see cref="Config"/> was loaded from, watched for changes.</summary>
    public required ConfigSources Sources { get; init; }

    /// <summary>A result without errors.</summary>
    public required ConfigResult Config { get; init; }

    /// <summary>The clock of the whole path.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The randomness of the whole path.</summary>
    public IRandomSource Random { get; init; } = new SystemRandomSource();

    /// <summary>The least level that is logged, to standard error.</summary>
    public LogLevel Log { get; init; } = LogLevel.Information;
}
