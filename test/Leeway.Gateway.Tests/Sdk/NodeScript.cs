using System.Diagnostics;
using System.Text.Json;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>Runs a script under test/node, whose packages are installed from their lock file at first use.</summary>
internal sealed class NodeScript(string folder)
{
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private static readonly Lazy<bool> Present = new(() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Any(path => File.Exists(Path.Combine(path, OperatingSystem.IsWindows() ? "node.exe" : "node"))));

    /// <summary>The repository. First of the properties, since the scripts lie in it.</summary>
    public static string Root { get; } = FindRoot();

    public static NodeScript OpenAI { get; } = new("openai");

    public static NodeScript Anthropic { get; } = new("anthropic");

    public static NodeScript AiSdk { get; } = new("ai-sdk");

    public static NodeScript Aimock { get; } = new("aimock");

    public static NodeScript Fauxqs { get; } = new("fauxqs");

    public static NodeScript Azurite { get; } = new("azurite");

    public static NodeScript Aws { get; } = new("aws");

    public static NodeScript Webhooks { get; } = new("webhooks");

    public string Folder { get; } = Path.Combine(Root, "test", "node", folder);

    public static bool IsPresent => Present.Value;

    public static void SkipWithoutNode() => Assert.SkipUnless(IsPresent, "node is not installed");

    /// <summary>Runs a script with one JSON argument and reads the JSON object it prints.</summary>
    public async Task<JsonElement> RunAsync(string script, object input)
    {
        await InstallAsync();
        using Process process = Start("node", [script, JsonSerializer.Serialize(input)]);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await errors}{await output}");
        return JsonDocument.Parse(await output).RootElement;
    }

    /// <summary>Installs what the lock file names, once, without running any package's scripts.</summary>
    public async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(Folder, "node_modules")))
            {
                return;
            }

            using Process npm = Start("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            Task<string> errors = npm.StandardError.ReadToEndAsync();
            await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(npm.ExitCode == 0, $"npm ci failed: {await errors}");
        }
        finally
        {
            Installing.Release();
        }
    }

    public Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Leeway.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The repository's root is not above the test's folder.");
    }
}
