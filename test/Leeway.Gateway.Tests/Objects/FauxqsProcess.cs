using System.Diagnostics;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Objects;

/// <summary>A third party's fake of S3 on a free loopback port, in memory.</summary>
public sealed class FauxqsProcess : IAsyncLifetime
{
    private Process? _process;

    /// <summary>Its address; null where node is not installed.</summary>
    public Uri? Endpoint { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!NodeScript.IsPresent)
        {
            return;
        }

        NodeScript node = NodeScript.Fauxqs;
        await node.InstallAsync();
        _process = node.Start("node", ["start.mjs"]);
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        Endpoint = new Uri(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"fauxqs did not start: {await errors}"));
        _ = _process.StandardOutput.ReadToEndAsync();
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
}
