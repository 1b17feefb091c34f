using System.Globalization;
using Leeway.Gateway.Configuration.Binding;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration;

/// <summary>Makes a configuration from its sources, or says everything that is wrong with them.</summary>
public static class ConfigLoader
{
    /// <summary>
    /// 1. Read the files. 2. Add the providers the environment implies. 3. Write variables and the command line over them.
    /// 4. Bind by the schema. 5. Check what fields mean to each other.
    /// </summary>
    public static ConfigResult Load(ConfigSources sources)
    {
        List<ConfigProblem> problems = [];

        // 1.
        SourceFiles files = new(sources, problems);
        MapNode root = files.Read();

        // 2.
        root = AddImpliedProviders(root, sources);

        // 3.
        Overlay overlay = new(problems);
        root = overlay.ApplyOverrides(overlay.ApplyEnvironment(root, sources), sources);
        if (NewerVersion(root) is { } newer)
        {
            // A newer shape makes every other complaint meaningless.
            return new ConfigResult { Problems = [newer], Origins = new Dictionary<string, string>(), File = files.MainFile, Fingerprint = files.Fingerprint };
        }

        // 4.
        ReferenceResolver references = new(sources);
        Binder binder = new(references, problems);
        LeewayConfig config = binder.Bind(root);
        config = config with { UsesSandbox = config.Providers.Count == 0 };

        // 5.
        new ConfigValidator(config, binder.Marks, problems).Check();
        ConfigProblem[] ordered = Order(problems);
        return new ConfigResult
        {
            Config = ordered.Any(problem => problem.Severity == ConfigSeverity.Error) ? null : config,
            Problems = ordered,
            Origins = binder.Marks.ToDictionary(mark => mark.Key, mark => mark.Value.Origin),
            File = files.MainFile,
            Fingerprint = files.Fingerprint.Concat(references.Fingerprint).DistinctBy(pair => pair.Key).ToDictionary(),
        };
    }

    private static MapNode AddImpliedProviders(MapNode root, ConfigSources sources)
    {
        MapEntry[] implied = root.Find("providers") is null ? [.. ProviderKinds.All.Where(kind => kind.IsImplied).Select(kind => Implied(kind, sources)).OfType<MapEntry>()] : [];
        return implied.Length == 0 ? root : root.With(new MapEntry("providers", implied[0].KeyMark, new MapNode(implied[0].KeyMark, implied)));
    }

    // By the variables that the vendors' own SDKs read.
    private static MapEntry? Implied(KindTraits kind, ConfigSources sources)
    {
        string keyVariable = kind.KeyVariable!;
        if (string.IsNullOrEmpty(sources.Environment.GetValueOrDefault(keyVariable)))
        {
            return null;
        }

        Mark key = Mark.Variable(keyVariable, sources.Folder);
        MapNode provider = new(key,
        [
            new MapEntry("kind", key, new ScalarNode(key, kind.Name, Quoted: false)),
            new MapEntry("api_key", key, new ScalarNode(key, $"${{env:{keyVariable}}}", Quoted: true)),
        ]);
        if (kind.UrlVariable is { } urlVariable && sources.Environment.GetValueOrDefault(urlVariable) is { Length: > 0 } url)
        {
            Mark at = Mark.Variable(urlVariable, sources.Folder);
            provider = provider.With(new MapEntry("base_url", at, new ScalarNode(at, url, Quoted: true)));
        }

        return new MapEntry(kind.Name, key, provider);
    }

    private static ConfigProblem? NewerVersion(MapNode root) =>
        root.Find("version")?.Value is ScalarNode node
        && int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
        && version > LeewayConfig.SupportedVersion
            ? node.Mark.Error(
                "version",
                $"this file says version {version}; this Leeway reads {LeewayConfig.SupportedVersion}",
                $"upgrade Leeway or set version: {LeewayConfig.SupportedVersion}")
            : null;

    /// <summary>By source in the order they were first complained about, then by place.</summary>
    private static ConfigProblem[] Order(List<ConfigProblem> problems)
    {
        List<string> sources = [.. problems.Select(problem => problem.File).Distinct()];
        return [.. problems
            .OrderBy(problem => sources.IndexOf(problem.File))
            .ThenBy(problem => problem.Line)
            .ThenBy(problem => problem.Column)];
    }
}
