using System.Reflection;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>No kind of provider and no capability is left out, and the table of both is printed.</summary>
public sealed class VendorTableTests
{
    private static readonly Type[] s_types = typeof(VendorTableTests).Assembly.GetTypes();

    /// <summary>The abstract classes, one per capability.</summary>
    private static Type[] Capabilities => [.. s_types.Where(type => type.IsAbstract && type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(Conformance<>)).OrderBy(type => type.Name)];

    private static Vendor[] Vendors => [.. s_types.Where(type => type.IsSubclassOf(typeof(Vendor))).Select(type => (Vendor)Activator.CreateInstance(type)!)];

    [Fact]
    public void Every_kind_of_provider_is_put_to_the_test() =>
        Assert.Equal(ProviderKinds.All.Select(kind => kind.Name).Order(), Vendors.Select(vendor => vendor.Kind).Order());

    [Fact]
    public void Every_capability_that_a_kind_has_is_applied_to_it()
    {
        Assert.True(Capabilities.Length >= 6, $"{Capabilities.Length} capabilities");
        string[] wrong = [.. from vendor in Vendors
                             from capability in Capabilities
                             where IsWanted(vendor, capability) != IsApplied(vendor, capability)
                             select $"{capability.Name} is {(IsApplied(vendor, capability) ? "" : "not ")}applied to {vendor.Kind}"];

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_table_of_vendors_and_cases()
    {
        ITestOutputHelper output = TestContext.Current.TestOutputHelper!;
        string[] kinds = [.. ProviderKinds.All.Select(kind => kind.Name)];
        output.WriteLine($"| case | {string.Join(" | ", kinds)} |");
        output.WriteLine($"|---|{string.Concat(kinds.Select(_ => "---|"))}");
        int cases = 0;
        foreach (Type capability in Capabilities)
        {
            foreach (MethodInfo method in capability.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).OrderBy(method => method.MetadataToken))
            {
                bool[] applied = [.. kinds.Select(kind => Vendors.FirstOrDefault(vendor => vendor.Kind == kind) is { } vendor && IsApplied(vendor, capability))];
                cases += applied.Count(one => one) * Math.Max(1, method.GetCustomAttributes<InlineDataAttribute>().Count());
                output.WriteLine($"| {method.Name.Replace('_', ' ')} | {string.Join(" | ", applied.Select(one => one ? "✓" : "–"))} |");
            }
        }

        output.WriteLine($"{cases} cases of {Capabilities.Length} capabilities on {kinds.Length} kinds");
        Assert.True(cases > kinds.Length * 10);
    }

    private static bool IsWanted(Vendor vendor, Type capability) => capability.Name[..capability.Name.IndexOf("Conformance", StringComparison.Ordinal)] switch
    {
        "Stream" => vendor.Capabilities.Streams,
        "Batch" => vendor.Capabilities.BatchEndpoints.Count > 0,
        "Expiry" => vendor.Capabilities.BatchEndpoints.Count > 0 && vendor.Capabilities.OnExpiry != UnfinishedRows.Never,
        "Credential" => vendor.WrongCredential(new Uri("http://127.0.0.1/")) is not null,
        "Model" => vendor.KnowsModels,
        "Embedding" => vendor.Capabilities.Endpoints.Contains(Endpoints.Embeddings) || vendor.Capabilities.TranslatedEndpoints.Contains(Endpoints.Embeddings),
        _ => true,
    };

    private static bool IsApplied(Vendor vendor, Type capability) =>
        s_types.Any(type => type is { IsAbstract: false, BaseType: { IsGenericType: true } parent } && parent.GetGenericTypeDefinition() == capability && parent.GetGenericArguments()[0] == vendor.GetType());
}
