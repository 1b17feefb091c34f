namespace Leeway.Economics.Monitoring;

/// <summary>How much of an endpoint that is paid by the hour was used.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Used">Tokens of output it gave.</param>
/// <param name="Capacity">Tokens of output it could have given meanwhile.</param>
public sealed record EndpointUse(string Name, double Used, double Capacity)
{
    /// <summary>The share that was used.</summary>
    public double Share => Capacity > 0 ? Used / Capacity : 0;
}
