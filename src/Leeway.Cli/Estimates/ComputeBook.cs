using Leeway.Economics.Compute;

namespace Leeway.Cli.Estimates;

/// <summary>The compute catalogue with a file of the user's over it.</summary>
internal static class ComputeBook
{
    /// <exception cref="CliFailure">The file is not there or no catalogue.</exception>
    public static ComputeCatalog Open(string? file, string folder)
    {
        if (file is null)
        {
            return ComputeCatalog.BuiltIn;
        }

        string path = Path.GetFullPath(file, Path.GetFullPath(folder));
        if (!File.Exists(path))
        {
            throw new CliFailure(ExitCode.NotFound, $"{file} is not there.", "--compute names a compute catalogue: docs/concepts/economics.md has its shape.");
        }

        try
        {
            using FileStream json = File.OpenRead(path);
            return ComputeCatalog.BuiltIn.MergedWith(ComputeCatalog.Load(json, file));
        }
        catch (ComputeCatalogException error)
        {
            throw new CliFailure(ExitCode.Failed, error.Message, "Mend the file; docs/concepts/economics.md has its shape.") { Code = "bad_catalogue" };
        }
    }
}
