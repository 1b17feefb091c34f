using System.Diagnostics;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>
/// Microsoft.Extensions.AI on the Responses API, with background responses: its continuation token outlives the client's process and the
/// gateway's. The client is a program of its own, because it needs another version of the OpenAI library.
/// </summary>
public sealed class MeaiTests
{
    // Queued and not sealed, so that the first gateway ends before the answer is there.
    private const string Patient = """
        priorities:
          standard: { deadline: 1h, seal: { requests: 1000, age: 15m } }
        lanes:
          batch: { seal: { age: 15m } }
        """;

    [Theory]
    [InlineData("ask", "poll")]
    [InlineData("stream", "resume")]
    public async Task A_continuation_token_holds_across_a_restart_of_both_sides(string begin, string goOn)
    {
        string prompt = $"background {begin}";
        DirectoryInfo folder = Directory.CreateTempSubdirectory("leeway-test-");
        try
        {
            await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }, TimeProvider.System);
            TestGateway first = await TestGateway.StartAsync(Patient, folder: folder.FullName, runningSandbox: sandbox);
            string token = await RunAsync(first, begin, prompt, "token");
            await first.DisposeAsync();
            Assert.Empty((await sandbox.ReadLedgerAsync()).Prompts);

            await using TestGateway second = await TestGateway.StartAsync(folder: folder.FullName, runningSandbox: sandbox);
            string text = await RunAsync(second, goOn, token, "text");

            string digest = PromptDigest.OfResponse(JsonSerializer.SerializeToElement(new { input = prompt }));
            Assert.Contains(digest, text, StringComparison.Ordinal);
            Assert.Equal(Prompts.OnceBatch, await sandbox.BillAsync(digest));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_token_of_nothing_is_refused_and_named()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string token = await RunAsync(gateway, "ask", "known", "token");
        string foreign = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(token)).Replace("resp_0", "resp_f", StringComparison.Ordinal)));

        (int exit, string output) = await StartAsync(gateway, "poll", foreign);
        Assert.NotEqual(0, exit);
        Assert.Contains("404", output, StringComparison.Ordinal);
        Assert.Contains("resp_f", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(TestGateway gateway, string verb, string what, string wanted)
    {
        (int exit, string output) = await StartAsync(gateway, verb, what);
        Assert.True(exit == 0, output);
        string line = output.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.StartsWith($"{wanted} ", StringComparison.Ordinal)) ?? "";
        Assert.True(line.Length > 0, $"{verb} told no {wanted}: {output}");
        return line[(wanted.Length + 1)..];
    }

    private static async Task<(int Exit, string Output)> StartAsync(TestGateway gateway, string verb, string what)
    {
        string program = AppContext.BaseDirectory.Replace("Leeway.Gateway.Tests", "Leeway.Clients.Meai", StringComparison.Ordinal) + "Leeway.Clients.Meai.dll";
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, new Uri(gateway.Host.PublicUrl, "v1").ToString(), verb, what])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
