using Leeway.Economics;

namespace Leeway.Gateway.Prices;

/// <summary>The price catalogue of a configuration: the built-in one, and the file beside it.</summary>
public static class CatalogFile
{
    /// <summary>The file's name in the storage's folder, where <c>prices.file</c> names no other.</summary>
    public const string DefaultName = "prices.json";

    /// <summary>Where the file is, or would be.</summary>
    public static string PathOf(LeewayConfig config) => config.Prices.File ?? Path.Combine(config.Storage.Path, DefaultName);

    /// <summary>The built-in catalogue with the file of <paramref name="config"/>.</summary>
    /// <exception cref="PriceCatalogException">The file is not a catalogue.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PriceCatalog Load(LeewayConfig config) => Load(PathOf(config));

    /// <summary>The built-in catalogue with the file, if it is there.</summary>
    /// <exception cref="PriceCatalogException">The file is not a catalogue.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PriceCatalog Load(string path) => Read(path) is { } extra ? PriceCatalog.BuiltIn.MergedWith(extra) : PriceCatalog.BuiltIn;

    /// <summary>The file alone; null when it is not there.</summary>
    /// <exception cref="PriceCatalogException">The file is not a catalogue.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PriceCatalog? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using FileStream stream = File.OpenRead(path);
        return PriceCatalog.Load(stream, path);
    }

    /// <summary>Replaces the file as a whole, so that nobody ever reads half of it.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    public static void Write(string path, IEnumerable<ModelPrice> prices)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string draft = path + ".new";
        using (FileStream stream = File.Create(draft))
        {
            PriceFileWriter.Write(stream, prices);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
