using System.Diagnostics;
using Leeway.Gateway.Configuration;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Configurations that no gateway starts from: as the loader tells it, and as the real executable ends.</summary>
public sealed class ConfigTests
{
    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "server:\n  listne: \"127.0.0.1:1\"\n", "leeway.yaml:2:3 server.listne: unknown key 'listne'; did you mean 'listen'?" },
        { "version: 1\nproviders:\n  openai: { kind: openai, api_key: \"${env:LEEWAY_TEST_NO_SUCH_SECRET}\" }\n", "leeway.yaml:3:36 providers.openai.api_key: " },
        { "version: 1\nproviders:\n  openai: { kind: openai, api_key: \"${file:no-such-secret}\" }\n", "leeway.yaml:3:36 providers.openai.api_key: " },
        { "version: 2\n", "leeway.yaml:1:10 version: this file says version 2; this Leeway reads 1" },
        { "version: 1\nversion: 1\n", "leeway.yaml:2:1 version: duplicate key 'version'" },
        { "hold: { max: -5m }\n", "leeway.yaml:1:14 hold.max: '-5m'" },
        { "hold: [\n", "leeway.yaml:" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_loader_says_file_line_and_column(string yaml, string expected)
    {
        using var folder = new ConfigFile(yaml);
        ConfigResult result = ConfigLoader.Load(new ConfigSources { Folder = folder.Path });

        Assert.Null(result.Config);
        Assert.Contains(result.Problems, problem => problem.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task The_executable_ends_with_3_says_the_same_and_leaves_no_storage_behind(string yaml, string expected)
    {
        using var folder = new ConfigFile(yaml);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Leeway.Cli.dll"), "serve", "--config", "leeway.yaml"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> stdout = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string stderr = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, process.ExitCode);
        Assert.Contains(expected, stderr, StringComparison.Ordinal);
        Assert.Empty(await stdout);
        Assert.Equal(["leeway.yaml"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private sealed class ConfigFile : IDisposable
    {
        public ConfigFile(string yaml) => File.WriteAllText(System.IO.Path.Combine(Path, ConfigSources.DefaultFile), yaml);

        public string Path { get; } = Directory.CreateTempSubdirectory("leeway-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
