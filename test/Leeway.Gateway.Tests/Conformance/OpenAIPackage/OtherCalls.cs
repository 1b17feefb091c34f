using System.ClientModel;
using Leeway.Gateway.Tests.Sdk;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>Deferred calls, embeddings and models.</summary>
internal sealed class OtherCalls(ConformanceGateway gateway, OpenAIClient client, string model, CallList calls)
{
    public async Task RunAsync()
    {
        await calls.MakeAsync("CompleteChatAsync, deferred by header", () => DeferAsync(
            OpenAIDotNet.Client(new Uri(gateway.Url, "/v1"), gateway.Key, null, ("Leeway-Deadline", "6h")).GetChatClient(model), "by header"));
        await calls.MakeAsync("CompleteChatAsync, deferred by base path", () => DeferAsync(
            OpenAIPackageTests.Client(gateway, basePath: "/by/1h/v1").GetChatClient(model), "by base path"));
        await calls.MakeAsync("GenerateEmbeddingsAsync", async () =>
        {
            OpenAIEmbeddingCollection found = await client.GetEmbeddingClient(ConformanceGateway.Embedding).GenerateEmbeddingsAsync(["one", "two"]);
            Assert.Equal([0, 1], found.Select(one => one.Index));
            return $"{found.Usage.TotalTokenCount} tokens";
        });
        await calls.MakeAsync("GetModelsAsync", async () =>
        {
            OpenAIModelCollection found = await client.GetOpenAIModelClient().GetModelsAsync();
            Assert.Contains(found, one => one.Id == model);
            return $"{found.Count} models";
        });
        await calls.MakeAsync("GetModelAsync", async () =>
        {
            OpenAIModel found = await client.GetOpenAIModelClient().GetModelAsync(model);
            Assert.Equal(model, found.Id);
            return found.OwnedBy;
        });
    }

    private static async Task<string> DeferAsync(ChatClient chat, string text)
    {
        ClientResult<ChatCompletion> answer = await chat.CompleteChatAsync(text);
        Assert.Contains(Prompts.Digest(text), answer.Value.Content[0].Text, StringComparison.Ordinal);
        Assert.True(answer.GetRawResponse().Headers.TryGetValue("Leeway-Lane", out string? lane));
        Assert.Equal("batch", lane);
        return $"lane {lane}";
    }
}
