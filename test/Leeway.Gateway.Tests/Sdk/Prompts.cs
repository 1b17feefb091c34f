using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>What the sandbox knows of a prompt.</summary>
internal static class Prompts
{
    public static string Digest(string prompt) =>
        PromptDigest.OfChat(JsonSerializer.SerializeToElement(new { messages = new[] { new { role = "user", content = prompt } } }));

    public static string DigestOfInputs(params string[] inputs) => PromptDigest.OfEmbeddings(JsonSerializer.SerializeToElement(new { input = inputs }));

    public static string Body(string prompt, string model = "gpt-4o-mini") =>
        JsonSerializer.Serialize(new { model, messages = new[] { new { role = "user", content = prompt } } });

    /// <summary>How often the prompt was billed in each lane.</summary>
    public static async Task<PromptBill> BillAsync(this SandboxServer sandbox, string digest) =>
        (await sandbox.ReadLedgerAsync()).Prompts.GetValueOrDefault(digest);

    public static readonly PromptBill OnceRealTime = new(1, 0);

    public static readonly PromptBill OnceBatch = new(0, 1);

    /// <summary>Looks again, shortly after, until it holds; fails after 20 s.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp();
        while (!await holds())
        {
            Assert.True(clock.GetElapsedTime(start) < TimeSpan.FromSeconds(20), $"Not so after 20 s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A request object, by id.</summary>
    public static async Task<JsonElement> ShowAsync(this TestGateway gateway, string id) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync($"/leeway/requests/{id}")).RootElement;

    /// <summary>The request object once it is in <paramref name="state"/>.</summary>
    public static async Task<JsonElement> ShowWhenAsync(this TestGateway gateway, string id, string state)
    {
        JsonElement shown = default;
        await EventuallyAsync(async () => (shown = await gateway.ShowAsync(id)).GetProperty("state").GetString() == state, $"{id} is {state}");
        return shown;
    }
}
