using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

/// <summary>A folder with a leeway.yaml of its own and an environment of its own.</summary>
internal sealed class ConfigFolder : IDisposable
{
    public ConfigFolder(string? yaml = null)
    {
        if (yaml is not null)
        {
            Write(ConfigSources.DefaultFile, yaml);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("leeway-config-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public Dictionary<string, string> Overrides { get; } = [];

    public ConfigSources Sources => new() { Folder = Path, Environment = Environment, Overrides = Overrides };

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), content);
    }

    public ConfigResult Load() => ConfigLoader.Load(Sources);

    public LeewayConfig LoadClean()
    {
        ConfigResult result = Load();
        Assert.Empty(result.Problems);
        return result.Config!;
    }

    /// <summary>The text of the only problem.</summary>
    public string LoadProblem() => Assert.Single(Load().Problems).ToString();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
