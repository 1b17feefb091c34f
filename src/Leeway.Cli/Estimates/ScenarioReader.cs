using System.Text;
using Leeway.Economics.Scenarios;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Binding;
using Leeway.Gateway.Configuration.Reading;

namespace Leeway.Cli.Estimates;

/// <summary>Reads scenario files, with everything that is wrong in them.</summary>
internal sealed class ScenarioReader(ScenarioLookup lookup, IReadOnlyDictionary<string, string> variables, string folder)
{
    private const int MaxBytes = 1_000_000;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The scenario; null after an error, all of which are in <paramref name="problems"/>.</summary>
    /// <exception cref="CliFailure">The file is not there or no text.</exception>
    public Scenario? Read(string file, out IReadOnlyList<ConfigProblem> problems)
    {
        List<ConfigProblem> found = [];
        problems = found;
        string path = Path.GetFullPath(file, Path.GetFullPath(folder));
        switch (YamlReader.Read(Text(path, file), file, Path.GetDirectoryName(path)!, found))
        {
            case MapNode map:
                return Build(map, Path.GetFileNameWithoutExtension(file), found);
            case null when found.Count > 0:
                return null;
            case var other:
                found.Add(new Mark(file, 1, 1, folder).Error("", $"must be a map with options, got {other?.Describe ?? "nothing"}", "see samples/scenarios"));
                return null;
        }
    }

    private Scenario? Build(MapNode map, string name, List<ConfigProblem> problems)
    {
        var binder = new Binder(new ReferenceResolver(new ConfigSources { Folder = folder, Environment = variables }), problems);
        var written = (WrittenScenario)binder.Bind(ScenarioSchema.Root, map);
        if (HasErrors(problems))
        {
            return null;
        }

        Scenario scenario = new ScenarioBuilder(lookup, binder.Marks, map.Mark, problems).Build(written, name);
        return HasErrors(problems) ? null : scenario;
    }

    private static bool HasErrors(List<ConfigProblem> problems) => problems.Any(problem => problem.Severity == ConfigSeverity.Error);

    private static string Text(string path, string file)
    {
        if (!File.Exists(path))
        {
            throw new CliFailure(ExitCode.NotFound, $"{file} is not there.", "Name a scenario file; samples/scenarios has some.");
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new CliFailure(ExitCode.Failed, $"{file} is larger than {MaxBytes} bytes.", "Split it into several scenarios.");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return s_strict.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CliFailure(ExitCode.Failed, $"{file} is not UTF-8 text.", "Save it as UTF-8.");
        }
    }
}
