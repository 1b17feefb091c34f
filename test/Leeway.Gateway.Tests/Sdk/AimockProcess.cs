using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>A third party's fake of the OpenAI API, started on a free loopback port.</summary>
internal sealed partial class AimockProcess : IAsyncDisposable
{
    private readonly Process _process;

    private AimockProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<AimockProcess> StartAsync()
    {
        NodeScript node = NodeScript.Aimock;
        await node.InstallAsync();
        Process process = node.Start("node", ["node_modules/@copilotkit/aimock/dist/cli.js", "--port", "0", "--fixtures", "fixtures.json"]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                // What it says later must not fill the pipe.
                _ = process.StandardOutput.ReadToEndAsync();
                return new AimockProcess(process, new Uri(match.Value));
            }
        }

        throw new InvalidOperationException($"aimock did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
