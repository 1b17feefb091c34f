using Leeway.Economics;

namespace Leeway.Gateway.Hosting;

/// <summary>The price catalogue of a configuration: the built-in one, and the file that <c>prices.file</c> adds.</summary>
public static class PriceFile
{
    /// <summary>Loads it.</summary>
    /// <exception cref="PriceCatalogException">The file is not a catalogue.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PriceCatalog Load(PricesConfig prices)
    {
        if (prices.File is not { } path)
        {
            return PriceCatalog.BuiltIn;
        }

        using FileStream stream = File.OpenRead(path);
        return PriceCatalog.BuiltIn.MergedWith(PriceCatalog.Load(stream, path));
    }
}
