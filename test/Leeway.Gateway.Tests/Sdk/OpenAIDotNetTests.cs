using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Ledger;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>The official NuGet client, unmodified but for its base URL.</summary>
public sealed class OpenAIDotNetTests
{
    [Theory]
    [InlineData("plain", "/v1", null, "", null)]
    [InlineData("header", "/v1", "6h", "", null)]
    [InlineData("base path 6h", "/by/6h/v1", null, "", null)]
    [InlineData("base path 1h", "/by/1h/v1", null, "", null)]
    [InlineData("model suffix", "/v1", null, "@1h", null)]
    [InlineData("metadata", "/v1", null, "", "1h")]
    public async Task Every_call_is_answered_rightly_and_billed_once_in_its_lane(string name, string basePath, string? header, string suffix, string? metadata)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        OpenAIClient client = OpenAIDotNet.Client(new Uri(gateway.Host.PublicUrl, basePath), null, header is null ? [] : [("Leeway-Deadline", header)]);
        ChatClient chat = client.GetChatClient($"gpt-4o-mini{suffix}");
        var options = new ChatCompletionOptions();
        if (metadata is not null)
        {
            options.Metadata["leeway_deadline"] = metadata;
        }

        Task<ClientResult<ChatCompletion>> whole = chat.CompleteChatAsync([new UserChatMessage($"{name} chat")], options);
        Task<(string Content, ChatFinishReason? Finish, int OutputTokens)> streamed = ReadAsync(
            chat.CompleteChatStreamingAsync([new UserChatMessage($"{name} stream")], options));

        // Embeddings carry no metadata in this client.
        Task<ClientResult<OpenAIEmbeddingCollection>>? embedded = metadata is null
            ? client.GetEmbeddingClient($"text-embedding-3-small{suffix}").GenerateEmbeddingsAsync([$"{name} first", $"{name} second"])
            : null;
        OpenAIModelCollection models = await client.GetOpenAIModelClient().GetModelsAsync();

        ChatCompletion completion = await whole;
        Assert.Contains(Prompts.Digest($"{name} chat"), completion.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.True(completion.Usage.OutputTokenCount > 0);
        (string content, ChatFinishReason? finish, int outputTokens) = await streamed;
        Assert.Contains(Prompts.Digest($"{name} stream"), content, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(outputTokens > 0);
        Assert.Contains(models, model => model.Id == "gpt-4o-mini");

        List<string> digests = [Prompts.Digest($"{name} chat"), Prompts.Digest($"{name} stream")];
        if (embedded is not null)
        {
            OpenAIEmbeddingCollection vectors = await embedded;
            Assert.Equal(EmbeddingVector.Of($"{name} first"), vectors[0].ToFloats().ToArray());
            Assert.Equal(EmbeddingVector.Of($"{name} second"), vectors[1].ToFloats().ToArray());
            digests.Add(Prompts.DigestOfInputs($"{name} first", $"{name} second"));
        }

        SandboxLedgerSnapshot ledger = await gateway.Sandbox.ReadLedgerAsync();
        Assert.Equal(digests.Order(), ledger.Prompts.Keys.Order());
        Assert.All(ledger.Prompts.Values, bill => Assert.Equal(name == "plain" ? Prompts.OnceRealTime : Prompts.OnceBatch, bill));
    }

    [Fact]
    public async Task An_asynchronous_call_gets_202_and_its_answer_at_the_location()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        var statuses = new OpenAIDotNet.Statuses();
        ChatClient chat = OpenAIDotNet
            .Client(new Uri(gateway.Host.PublicUrl, "/by/6h/v1"), statuses, ("Prefer", "respond-async"))
            .GetChatClient("gpt-4o-mini");

        // This client takes every status but 200 for an error, unless told otherwise.
        ClientResult accepted = await chat.CompleteChatAsync(
            BinaryContent.Create(BinaryData.FromString(Prompts.Body("later"))), new RequestOptions { ErrorOptions = ClientErrorBehaviors.NoThrow });
        Assert.True(accepted.GetRawResponse().Headers.TryGetValue("Location", out string? place));
        JsonElement ended = await gateway.ShowWhenAsync(place!.Split('/')[^1], "succeeded");

        Assert.Equal([202], statuses.Seen);
        Assert.Contains(Prompts.Digest("later"), ended.GetProperty("response").GetProperty("body").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("later")));
    }

    [Fact]
    public async Task A_deferred_stream_is_kept_alive_with_comments_and_then_assembled_by_the_client()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            $"{TestGateway.Eager}\nhold: {{ max: 1s, heartbeat: 100ms }}", new SandboxOptions { Turnaround = TimeSpan.FromSeconds(1.5) });
        ChatClient chat = OpenAIDotNet.Client(new Uri(gateway.Host.PublicUrl, "/by/6h/v1")).GetChatClient("gpt-4o-mini");

        (string content, ChatFinishReason? finish, _) = await ReadAsync(chat.CompleteChatStreamingAsync("a held stream"));

        Assert.Contains(Prompts.Digest("a held stream"), content, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("a held stream")));
    }

    private static async Task<(string Content, ChatFinishReason? Finish, int OutputTokens)> ReadAsync(IAsyncEnumerable<StreamingChatCompletionUpdate> updates)
    {
        var content = new StringBuilder();
        ChatFinishReason? finish = null;
        int outputTokens = 0;
        await foreach (StreamingChatCompletionUpdate update in updates)
        {
            content.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            finish = update.FinishReason ?? finish;
            outputTokens = update.Usage?.OutputTokenCount ?? outputTokens;
        }

        return (content.ToString(), finish, outputTokens);
    }
}
