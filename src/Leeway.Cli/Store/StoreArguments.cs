using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Storage;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary>How stores and folders are named on the command line.</summary>
internal static class StoreArguments
{
    /// <summary>The store of the configuration in force.</summary>
    public static StoreAddress Configured(Shell shell, ConfigArguments config, ParseResult parsed) =>
        InFolder(shell, StoreAddress.Of(ConfigArguments.Load(shell, config.Sources(shell, parsed)).Config!.Storage));

    /// <summary>The store that an option names.</summary>
    public static StoreAddress Named(Shell shell, string option, string text) => StoreAddress.Parse(text) is { } address
        ? InFolder(shell, address)
        : throw new CliFailure(ExitCode.Usage, $"{option}: '{text}' names no store.", $"Write {StoreAddress.Form}.");

    /// <summary>Does something with stores, and tells what hinders it.</summary>
    public static async Task<T> TellingAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (StorageSchemaException newer)
        {
            throw new CliFailure(ExitCode.Failed, newer.Message) { Code = "schema_newer" };
        }
        catch (StorageUnavailableException unavailable)
        {
            throw new CliFailure(ExitCode.Failed, unavailable.Message) { Code = "storage_unavailable" };
        }
        catch (ArgumentException)
        {
            // What the driver says of it may repeat a password.
            throw new CliFailure(ExitCode.Usage, "A store is named by what is no connection string of PostgreSQL.", $"Write {StoreAddress.Form}.");
        }
    }

    /// <summary>A folder, from where the command was called.</summary>
    public static string Folder(Shell shell, string folder) => Path.Combine(shell.Surroundings.Folder, folder);

    /// <summary>A name at the beginning of a sentence.</summary>
    public static string Sentence(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static StoreAddress InFolder(Shell shell, StoreAddress address) => address.IsPostgres ? address : address with { Place = Folder(shell, address.Place) };
}
