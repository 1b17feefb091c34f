using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Leeway.Sandbox;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;

namespace Leeway.Tests.Sandbox;

/// <summary>OpenAI's official client, pointed at Azure's v1 form by its base URL as Azure's pages tell.</summary>
public sealed class AzureSdkTests
{
    [Fact]
    public async Task Chat_whole_and_streamed()
    {
        await using var azure = await AzureClient.StartAsync();
        var chat = Client(azure).GetChatClient("gpt-4o-mini");

        var whole = (await chat.CompleteChatAsync("Say it.")).Value;
        var pieces = new List<string>();
        await foreach (var update in chat.CompleteChatStreamingAsync("Say it."))
        {
            pieces.AddRange(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.StartsWith("digest:", whole.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(whole.Content[0].Text, string.Concat(pieces));
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
    }

    [Fact]
    public async Task Files_and_a_batch()
    {
        await using var azure = await AzureClient.StartAsync();
        var client = Client(azure);
        OpenAIFile file = await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromString(AzureClient.Lines(3)), "in.jsonl", FileUploadPurpose.Batch);
#pragma warning disable OPENAI001 // The batch client is marked as a preview in every version there is.
        var batches = client.GetBatchClient();
#pragma warning restore OPENAI001
        var operation = await batches.CreateBatchAsync(BinaryContent.Create(BinaryData.FromString(AzureClient.Create(file.Id))), waitUntilCompleted: false);
        using var batch = JsonDocument.Parse((await batches.GetBatchAsync(operation.BatchId, new RequestOptions())).GetRawResponse().Content);
        BinaryData output = await client.GetOpenAIFileClient().DownloadFileAsync(batch.RootElement.GetProperty("output_file_id").GetString());

        Assert.Equal("completed", batch.RootElement.GetProperty("status").GetString());
        Assert.Equal(3, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static OpenAIClient Client(AzureClient azure) =>
        new(new ApiKeyCredential("key"), new OpenAIClientOptions { Endpoint = new Uri(azure.Sandbox.Server.BaseUri, "/openai/v1/") });
}
