using Leeway.Adapters;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Hosting;

/// <summary>Owns the providers, so that their connections close with the host.</summary>
internal sealed class ProviderPool(TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    public IReadOnlyList<IProvider> Providers { get; } = ProviderSet.CreateAll(clock, loggers);

    public void Dispose()
    {
        foreach (IDisposable provider in Providers.OfType<IDisposable>())
        {
            provider.Dispose();
        }
    }
}
