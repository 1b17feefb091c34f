using System.Runtime.CompilerServices;

namespace Leeway.Architecture.Tests;

/// <summary>The types of the built assemblies.</summary>
public sealed class TypeTests
{
    // Designed for inheritance: closed families whose members are in the same assembly, and the wire that adapters share.
    private static readonly string[] s_bases =
    [
        "Leeway.Adapters.Translation.ChunkStream",
        "Leeway.Adapters.Translation.DirectTranslator",
        "Leeway.Adapters.Translation.StreamTranslator",
        "Leeway.Adapters.Translation.Translator",
        "Leeway.Adapters.Wire.Calls.ReadOnlyStream",
        "Leeway.Adapters.Wire.WireProvider",
        "Leeway.Economics.Scenarios.Parts.ScenarioPart",
        "Leeway.Gateway.Configuration.Reading.ConfigNode",
        "Leeway.Gateway.Configuration.Schema.ScalarKind",
        "Leeway.Gateway.Configuration.Schema.Shape",
        "Leeway.Hosting.PathLoop",
        "Leeway.RealTime.StreamEvents",
        "Leeway.Sandbox.Answers.AnswerDialect",
        "Leeway.Sandbox.Batches.BatchRules",
        "Leeway.Sandbox.Jobs.Job",
        "Leeway.Sandbox.Jobs.JobStore`1",
        "Leeway.Sandbox.Models.Answer",
        "Leeway.Sandbox.Serverless.ServerlessVendor",
        "Leeway.Sandbox.Vendors.GoogleVendor",
        "Leeway.Sandbox.Vendors.Vendor",
        "Leeway.Storage.Sql.Interned`1",
        "Leeway.Storage.Sql.ReadPool",
        "Leeway.Storage.Sql.Session",
        "Leeway.Storage.Sql.Statement",
        "Leeway.Storage.Sql.StorageDatabase",
        "Leeway.Storage.Sql.WriteOperation",
        "Leeway.Storage.Sql.WriteOperation`1",
    ];

    private static readonly string[] s_bannedSuffixes = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Service", "Misc", "Info"];

    [Fact]
    public void Every_class_is_sealed_or_static_but_the_listed_bases()
    {
        string[] open = [.. Product.Types.Where(type => type.IsClass && !type.IsSealed && !typeof(Delegate).IsAssignableFrom(type)).Select(type => type.FullName!).Order(StringComparer.Ordinal)];

        Assert.Equal(s_bases, open);
        Assert.All(Product.Types.Where(type => s_bases.Contains(type.FullName)), type => Assert.True(type.IsAbstract, $"{type} is open and no base"));
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Offences.AssertNone(Product.Types.Where(type => s_bannedSuffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal))).Select(type => type.FullName));

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() => Assert.DoesNotContain(
        Repository.Sources.SelectMany(file => file.Folders),
        folder => s_bannedSuffixes.Contains(folder) || folder is "Services" or "Controllers" or "Data" or "Extensions");

    [Fact]
    public void Public_fields_are_constants_or_read_only() => Offences.AssertNone(Product.Types
        .Where(type => type.IsVisible)
        .SelectMany(type => type.GetFields(Product.Declared))
        .Where(field => field.IsPublic)
        .Where(field => !field.IsInitOnly && !field.IsLiteral && !field.DeclaringType!.IsEnum)
        .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}"));

    [Fact]
    public void Nothing_is_async_void() => Offences.AssertNone(Product.Types
        .SelectMany(type => type.GetMethods(Product.Declared))
        .Where(method => method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
        .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}"));
}
