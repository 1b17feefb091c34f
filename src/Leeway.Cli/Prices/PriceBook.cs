using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Economics;
using Leeway.Economics.Import;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Prices;

namespace Leeway.Cli.Prices;

/// <summary>The catalogue file of a configuration, and the catalogue it makes with the built-in one.</summary>
internal sealed class PriceBook
{
    private readonly PriceCatalog? _file;

    private PriceBook(string path, PriceCatalog? file) => (Path, _file) = (path, file);

    /// <summary>The file, whether or not it is there.</summary>
    public string Path { get; }

    /// <summary>What the gateway reads.</summary>
    public PriceCatalog Catalog => _file is null ? PriceCatalog.BuiltIn : PriceCatalog.BuiltIn.MergedWith(_file);

    /// <summary>Opens the file that the configuration names, or <paramref name="path"/> if it is given.</summary>
    /// <exception cref="CliFailure">The configuration or the file has errors.</exception>
    public static PriceBook Open(Shell shell, ParseResult parsed, ConfigArguments config, string? path)
    {
        if (path is null)
        {
            ConfigResult result = ConfigArguments.Load(shell, config.Sources(shell, parsed));
            path = CatalogFile.PathOf(result.Config!);
        }

        path = System.IO.Path.GetFullPath(path, System.IO.Path.GetFullPath(shell.Surroundings.Folder));
        try
        {
            return new PriceBook(path, CatalogFile.Read(path));
        }
        catch (PriceCatalogException error)
        {
            throw new CliFailure(ExitCode.Failed, error.Message, "Mend the file or move it away; nothing was changed.") { Code = "bad_catalogue" };
        }
    }

    /// <summary>Writes the file with the changes.</summary>
    public void Save(IEnumerable<PriceChange> changes) => CatalogFile.Write(Path, PriceChange.Apply(_file?.All ?? [], changes));
}
