using System.Reflection;
using System.Runtime.CompilerServices;

namespace Leeway.Architecture.Tests;

/// <summary>The types of the built assemblies.</summary>
public sealed class TypeTests
{
    // Designed for inheritance: a closed family whose members are in the same assembly, or a wire shared by adapters.
    private static readonly string[] s_bases =
    [
        "Leeway.Adapters.Wire.WireProvider",
        "Leeway.Gateway.Configuration.Reading.ConfigNode",
        "Leeway.Gateway.Configuration.Schema.ScalarKind",
        "Leeway.Gateway.Configuration.Schema.Shape",
        "Leeway.Sandbox.Models.Answer",
        "Leeway.Storage.Sqlite.Interned`1",
        "Leeway.Storage.Sqlite.WriteOperation",
        "Leeway.Storage.Sqlite.WriteOperation`1",
    ];

    private static readonly string[] s_bannedSuffixes = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Service", "Misc", "Info"];

    // What may be seen from outside besides the words in Abstractions.
    private static readonly string[] s_assemblies =
        ["Leeway.Abstractions", "Leeway.Economics", "Leeway", "Leeway.Storage", "Leeway.Adapters", "Leeway.Gateway", "Leeway.Sandbox", "Leeway.Cli"];

    [Fact]
    public void Every_class_is_sealed_or_static_but_the_listed_bases()
    {
        string[] open = [.. Types().Where(type => type.IsClass && !type.IsSealed && !typeof(Delegate).IsAssignableFrom(type)).Select(type => type.FullName!).Order(StringComparer.Ordinal)];

        Assert.Equal(s_bases, open);
        Assert.All(Types().Where(type => s_bases.Contains(type.FullName)), type => Assert.True(type.IsAbstract, $"{type} is open and no base"));
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.Empty(Types().Where(type => s_bannedSuffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal))).Select(type => type.FullName));

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() => Assert.Empty(Repository.Sources
        .SelectMany(file => file.Folders)
        .Where(folder => s_bannedSuffixes.Contains(folder) || folder is "Models" or "Services" or "Controllers" or "Data" or "Extensions")
        .Except(["Models"]));

    [Fact]
    public void Public_fields_are_constants_or_read_only() => Assert.Empty(Types()
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(field => !field.IsInitOnly && !field.IsLiteral && !field.DeclaringType!.IsEnum)
        .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}"));

    [Fact]
    public void Nothing_is_async_void() => Assert.Empty(Types()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
        .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}"));

    private static IEnumerable<Type> Types() => s_assemblies
        .SelectMany(name => Assembly.Load(name).GetTypes())
        .Where(type => type.Namespace?.StartsWith("Leeway", StringComparison.Ordinal) == true)
        .Where(type => !IsGenerated(type));

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        || (type.DeclaringType is { } outer && IsGenerated(outer));
}
