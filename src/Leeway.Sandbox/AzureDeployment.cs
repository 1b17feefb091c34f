namespace Leeway.Sandbox;

/// <summary>A model under a name of the customer's.</summary>
/// <param name="Model">One of OpenAI's that the sandbox serves; any other leaves the deployment unknown.</param>
/// <param name="Sku"><c>GlobalStandard</c>, <c>GlobalBatch</c>, <c>DataZoneBatch</c> and so on; those that end in <c>Batch</c> run batches and nothing else.</param>
public sealed record AzureDeployment(string Name, string Model, string Sku)
{
    /// <summary>Batches run on this deployment only, and no real-time call does.</summary>
    public bool IsBatch => Sku.EndsWith("Batch", StringComparison.OrdinalIgnoreCase);
}
