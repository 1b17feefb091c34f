using System.Diagnostics;
using System.Text.RegularExpressions;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Objects;

/// <summary>Azure's own emulation of its Blob storage on a free loopback port, in memory.</summary>
public sealed partial class AzuriteProcess : IAsyncLifetime
{
    /// <summary>The emulator's account, which its documentation publishes.</summary>
    public const string Account = "devstoreaccount1";

    /// <summary>The account's key, published likewise.</summary>
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private Process? _process;

    /// <summary>The account's address; null where node is not installed.</summary>
    public Uri? Endpoint { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!NodeScript.IsPresent)
        {
            return;
        }

        NodeScript node = NodeScript.Azurite;
        await node.InstallAsync();
        _process = node.Start("node", ["node_modules/azurite/dist/src/blob/main.js", "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]);
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                // What it says later must not fill the pipe.
                _ = _process.StandardOutput.ReadToEndAsync();
                Endpoint = new Uri($"{match.Value}/{Account}");
                return;
            }
        }

        throw new InvalidOperationException($"azurite did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*")]
    private static partial Regex Listening();
}
