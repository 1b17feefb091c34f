using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>Calls that may wait, held until their batch is done.</summary>
internal sealed class DeferredCalls(ConformanceGateway gateway, string model, CallList calls)
{
    public async Task RunAsync()
    {
        await calls.MakeAsync("Messages.Create, deferred by header", async () =>
        {
            using AnthropicClient plain = AnthropicPackageTests.Client(gateway);
            return await AskAsync(plain.WithOptions(options => options with { ExtraHeaders = new Dictionary<string, string> { ["Leeway-Deadline"] = "6h" } }), "by header");
        });
        await calls.MakeAsync("Messages.Create, deferred by base path", async () =>
        {
            using AnthropicClient late = AnthropicPackageTests.Client(gateway, basePath: "/by/1h");
            return await AskAsync(late, "by base path");
        });
        await calls.MakeAsync("Messages.CreateStreaming, deferred", async () =>
        {
            using AnthropicClient late = AnthropicPackageTests.Client(gateway, basePath: "/by/low");
            Message message = await late.Messages.CreateStreaming(MessageText.Ask(model, "held stream")).Aggregate();
            Assert.Contains(Prompts.Digest("held stream"), message.Text(), StringComparison.Ordinal);
            return message.StopReason!.Raw();
        });
    }

    private async Task<string> AskAsync(IAnthropicClient client, string text)
    {
        using HttpResponse<Message> answer = await client.WithRawResponse.Messages.Create(MessageText.Ask(model, text));
        Message message = await answer.Deserialize();
        Assert.Contains(Prompts.Digest(text), message.Text(), StringComparison.Ordinal);
        string lane = answer.GetHeaderValues("Leeway-Lane").Single();
        Assert.Equal("batch", lane);
        return $"lane {lane}";
    }
}
