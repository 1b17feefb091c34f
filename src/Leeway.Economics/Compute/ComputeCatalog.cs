using System.Collections.Frozen;
using System.Globalization;

namespace Leeway.Economics.Compute;

/// <summary>Prices of compute by name. Immutable.</summary>
public sealed class ComputeCatalog
{
    private const string Resource = "Leeway.Economics.Compute.compute.json";
    private static readonly Lazy<ComputeCatalog> s_builtIn = new(ReadBuiltIn);

    private readonly FrozenDictionary<string, ComputeInstance> _instances;
    private readonly FrozenDictionary<string, ServerlessPrice> _serverless;
    private readonly FrozenDictionary<string, OffPeakWindow> _windows;

    public ComputeCatalog(IEnumerable<ComputeInstance> instances, IEnumerable<ServerlessPrice> serverless, IEnumerable<OffPeakWindow> windows)
    {
        _instances = instances.ToFrozenDictionary(instance => instance.Name, StringComparer.Ordinal);
        _serverless = serverless.ToFrozenDictionary(price => price.Name, StringComparer.Ordinal);
        _windows = windows.ToFrozenDictionary(window => window.Name, StringComparer.Ordinal);
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static ComputeCatalog BuiltIn => s_builtIn.Value;

    public IEnumerable<ComputeInstance> Instances => _instances.Values.OrderBy(instance => instance.Name, StringComparer.Ordinal);

    public IEnumerable<ServerlessPrice> Serverless => _serverless.Values.OrderBy(price => price.Name, StringComparer.Ordinal);

    public IEnumerable<OffPeakWindow> Windows => _windows.Values.OrderBy(window => window.Name, StringComparer.Ordinal);

    /// <summary>Reads a catalogue file.</summary>
    /// <param name="json">The file's content.</param>
    /// <param name="file">Its path, for errors.</param>
    /// <exception cref="ComputeCatalogException">The content is not a catalogue.</exception>
    public static ComputeCatalog Load(Stream json, string file) => ComputeFile.Read(json, file);

    public ComputeInstance? FindInstance(string name) => _instances.GetValueOrDefault(name);

    public ServerlessPrice? FindServerless(string name) => _serverless.GetValueOrDefault(name);

    public OffPeakWindow? FindWindow(string name) => _windows.GetValueOrDefault(name);

    /// <summary>An entry of <paramref name="extra"/> takes the place of one of the same name; all else stays.</summary>
    public ComputeCatalog MergedWith(ComputeCatalog extra) => new(
        _instances.Values.Where(mine => extra.FindInstance(mine.Name) is null).Concat(extra._instances.Values),
        _serverless.Values.Where(mine => extra.FindServerless(mine.Name) is null).Concat(extra._serverless.Values),
        _windows.Values.Where(mine => extra.FindWindow(mine.Name) is null).Concat(extra._windows.Values));

    internal static string Origin(string name, DateOnly from, string? source) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} as of {from:yyyy-MM-dd}{(source is null ? "" : $" ({source})")}");

    private static ComputeCatalog ReadBuiltIn()
    {
        using Stream json = typeof(ComputeCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from this build.");
        return ComputeFile.Read(json, "Compute/compute.json");
    }
}
