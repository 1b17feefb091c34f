using Leeway.Cli.Output;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Routing;

namespace Leeway.Cli.Decisions;

/// <summary>A profile in a file, YAML or JSON.</summary>
internal static class ProfileFile
{
    private const long MostBytes = 1 << 20;

    /// <exception cref="CliFailure">It is not there, not readable, or has fields that no profile has.</exception>
    public static void Read(Shell shell, string path, ProfileFields fields)
    {
        string full = Path.GetFullPath(path, Path.GetFullPath(shell.Surroundings.Folder));
        if (!File.Exists(full))
        {
            throw Fail($"--profile: there is no file '{Plain.Line(path)}'", "Name a YAML or JSON file with fields such as latency: 10m and urgent: 10%.");
        }

        if (new FileInfo(full).Length > MostBytes)
        {
            throw Fail($"--profile: '{Plain.Line(path)}' is larger than 1 MB", "A profile has a dozen lines; for a trace use 'leeway advise'.");
        }

        List<ConfigProblem> problems = [];
        IReadOnlyList<FileField> read = FieldFile.Read(File.ReadAllText(full), path, problems);
        if (problems.Count > 0)
        {
            throw Fail(problems[0].ToString(), problems.Count > 1 ? $"{problems.Count - 1} more like this." : "");
        }

        foreach (FileField field in read)
        {
            string origin = $"{path}:{field.Line}:{field.Column} {Plain.Line(field.Name)}";
            if (!ProfileFields.Names.Contains(field.Name, StringComparer.Ordinal))
            {
                string near = NearestName.Find(field.Name, ProfileFields.Names) is { } name ? $"Did you mean '{name}'? " : "";
                throw Fail($"{origin}: a profile has no such field", $"{near}It has: {string.Join(", ", ProfileFields.Names)}.");
            }

            fields.Set(field.Name, field.Text, origin);
        }
    }

    private static CliFailure Fail(string message, string remedy) => new(ExitCode.Usage, message + "; nothing was decided.", remedy) { Code = "bad_profile" };
}
