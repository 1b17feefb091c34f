namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>The vendors that the traps are set at, read from what the suite knows of each kind.</summary>
public static class TrapVendors
{
    private static readonly Vendor[] s_all =
        [.. typeof(Vendor).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Vendor)) && !type.IsAbstract).Select(type => (Vendor)Activator.CreateInstance(type)!).OrderBy(vendor => vendor.Kind, StringComparer.Ordinal)];

    /// <summary>Every kind that has batches.</summary>
    public static TheoryData<string> Batching => [.. s_all.Where(vendor => vendor.Capabilities.BatchEndpoints.Count > 0).Select(vendor => vendor.Kind)];

    public static Vendor Of(string kind) => s_all.Single(vendor => vendor.Kind == kind);
}
