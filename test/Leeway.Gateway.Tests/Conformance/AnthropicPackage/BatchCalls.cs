using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Messages.Batches;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>Message batches.</summary>
internal sealed class BatchCalls(AnthropicClient client, Uri url, string model, CallList calls)
{
    private static readonly string[] Texts = ["first", "second", "third"];
    private string _id = "";

    public async Task RunAsync()
    {
        await calls.MakeAsync("Messages.Batches.Create", async () =>
        {
            MessageBatch batch = await CreateAsync();
            _id = batch.ID;
            MessageBatchRequestCounts counts = batch.RequestCounts;
            Assert.Equal(3, counts.Processing + counts.Succeeded + counts.Errored + counts.Canceled + counts.Expired);
            return batch.ProcessingStatus.Raw();
        });
        await calls.MakeAsync("Messages.Batches.Retrieve", async () =>
        {
            MessageBatch batch = await EndAsync(_id);
            Assert.Equal(3, batch.RequestCounts.Succeeded);
            Assert.Equal(url.Authority, new Uri(batch.ResultsUrl!).Authority);
            return "3 succeeded";
        });
        await calls.MakeAsync("Messages.Batches.ResultsStreaming", async () =>
        {
            Dictionary<string, string> seen = [];
            await foreach (MessageBatchIndividualResponse row in client.Messages.Batches.ResultsStreaming(_id))
            {
                Assert.True(row.Result.TryPickSucceeded(out MessageBatchSucceededResult? succeeded));
                seen[row.CustomID] = succeeded.Message.Text();
            }

            Assert.Equal(Texts, seen.Keys.Order());
            Assert.All(seen, row => Assert.Contains(Prompts.Digest(row.Key), row.Value, StringComparison.Ordinal));
            return $"{seen.Count} rows";
        });
        await calls.MakeAsync("Messages.Batches.List", async () =>
        {
            List<string> found = [];
            await foreach (MessageBatch batch in (await client.Messages.Batches.List(new() { Limit = 1 })).Paginate(CancellationToken.None))
            {
                found.Add(batch.ID);
            }

            Assert.Contains(_id, found);
            return $"{found.Count} batches, one a page";
        });
        await calls.MakeAsync("Messages.Batches.Delete", async () =>
        {
            Assert.Equal(_id, (await client.Messages.Batches.Delete(_id)).ID);
            await Assert.ThrowsAsync<AnthropicNotFoundException>(() => client.Messages.Batches.Retrieve(_id));
            return "then unknown";
        });
        await calls.MakeAsync("Messages.Batches.Cancel", async () =>
        {
            MessageBatch other = await CreateAsync();
            Assert.Equal(other.ID, (await client.Messages.Batches.Cancel(other.ID)).ID);
            MessageBatch ended = await EndAsync(other.ID);
            Assert.Equal(3, ended.RequestCounts.Succeeded + ended.RequestCounts.Canceled);
            return $"{ended.RequestCounts.Canceled} of 3 canceled";
        });
    }

    private Task<MessageBatch> CreateAsync() => client.Messages.Batches.Create(new BatchCreateParams
    {
        Requests = [.. Texts.Select(text => new Request { CustomID = text, Params = new Params { Model = model, MaxTokens = 64, Messages = [new UserMessageParam(text)] } })],
    });

    private async Task<MessageBatch> EndAsync(string id)
    {
        MessageBatch? batch = null;
        await Prompts.EventuallyAsync(async () => (batch = await client.Messages.Batches.Retrieve(id)).ProcessingStatus.Raw() == "ended", $"{id} has ended");
        return batch!;
    }
}
