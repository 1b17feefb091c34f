using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

/// <summary>What Leeway sends, verified by the npm package <c>standardwebhooks</c>.</summary>
public sealed class ReferenceVerificationTests
{
    private const int Accepted = 0;
    private const int Refused = 3;

    private static readonly SemaphoreSlim _install = new(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_reference_library_accepts_what_is_sent_and_refuses_what_was_changed()
    {
        Assert.SkipUnless(await HasNodeAsync(), "node is not installed; the reference library runs on it.");
        await InstallAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench(wall: TimeProvider.System);
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);
        ReceivedCall call = Assert.Single(receiver.Calls);
        string secret = bench.Store[DeliveryBench.Endpoint(delivery)].Secret;

        (int code, string output) = await VerifyAsync(secret, call, call.Body);
        Assert.Equal((Accepted, call.Body), (code, output.Trim()));

        Assert.Equal(Refused, (await VerifyAsync(secret, call, call.Body.Replace("succeeded", "failed", StringComparison.Ordinal))).Code);
        Assert.Equal(Refused, (await VerifyAsync(WebhookSignature.NewSecret(new SeededRandomSource(3)), call, call.Body)).Code);
    }

    [Fact]
    public async Task The_reference_library_accepts_a_ping()
    {
        Assert.SkipUnless(await HasNodeAsync(), "node is not installed; the reference library runs on it.");
        await InstallAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench(wall: TimeProvider.System);
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        await bench.Control.PingAsync(endpoint.Id, Stop);
        ReceivedCall call = Assert.Single(receiver.Calls);
        Assert.Equal(Accepted, (await VerifyAsync(endpoint.Secret, call, call.Body)).Code);
    }

    private static Task<(int Code, string Output)> VerifyAsync(string secret, ReceivedCall call, string body) =>
        RunAsync("node", ["verify.mjs"], JsonSerializer.Serialize(new { secret, headers = call.Headers, body }));

    private static async Task<bool> HasNodeAsync()
    {
        try
        {
            return (await RunAsync("node", ["--version"], "")).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task InstallAsync()
    {
        await _install.WaitAsync(Stop);
        try
        {
            if (!Directory.Exists(Path.Combine(Folder(), "node_modules", "standardwebhooks")))
            {
                (int code, string output) = OperatingSystem.IsWindows()
                    ? await RunAsync("cmd", ["/c", "npm", "ci", "--ignore-scripts"], "")
                    : await RunAsync("npm", ["ci", "--ignore-scripts"], "");
                Assert.True(code == 0, output);
            }
        }
        finally
        {
            _install.Release();
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        await process.StandardInput.WriteAsync(input.AsMemory(), Stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Stop);
        string said = await output;
        string complained = await error;
        return (process.ExitCode, process.ExitCode == 0 ? said : said + complained);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "node", "webhooks"));
}
