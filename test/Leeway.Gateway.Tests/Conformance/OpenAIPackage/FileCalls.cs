using System.ClientModel;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using OpenAI;
using OpenAI.Batch;
using OpenAI.Files;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>Files, and batches of them.</summary>
internal sealed class FileCalls(OpenAIClient client, string model, CallList calls)
{
    private static readonly string[] Texts = ["first", "second", "third"];
    private readonly OpenAIFileClient _files = client.GetOpenAIFileClient();
    private readonly BatchClient _batches = client.GetBatchClient();

    public async Task RunAsync()
    {
        string id = "";
        BinaryData content = BinaryData.FromString("first line\nsecond line\n");
        await calls.MakeAsync("UploadFileAsync", async () =>
        {
            OpenAIFile file = await _files.UploadFileAsync(content, "notes.txt", FileUploadPurpose.UserData);
            id = file.Id;
            Assert.Equal("notes.txt", file.Filename);
            Assert.Equal(content.ToMemory().Length, file.SizeInBytesLong);
            return $"{file.SizeInBytesLong} bytes";
        });
        await calls.MakeAsync("GetFileAsync", async () => (await _files.GetFileAsync(id)).Value.Filename);
        await calls.MakeAsync("GetFilesAsync", async () =>
        {
            OpenAIFileCollection found = await _files.GetFilesAsync(FilePurpose.UserData);
            Assert.Contains(found, file => file.Id == id);
            return $"{found.Count} files";
        });
        await calls.MakeAsync("DownloadFileAsync", async () =>
        {
            BinaryData found = await _files.DownloadFileAsync(id);
            Assert.Equal(content.ToString(), found.ToString());
            return $"{found.ToMemory().Length} bytes";
        });
        await calls.MakeAsync("DeleteFileAsync", async () =>
        {
            Assert.True((await _files.DeleteFileAsync(id)).Value.Deleted);
            Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => _files.GetFileAsync(id))).Status);
            return "then unknown";
        });
        await BatchesAsync();
    }

    private async Task BatchesAsync()
    {
        CreateBatchOperation? operation = null;
        await calls.MakeAsync("CreateBatchAsync, waited for", async () =>
        {
            operation = await CreateAsync(wait: true);
            Assert.True(operation.HasCompleted);
            return operation.BatchId;
        });
        await calls.MakeAsync("GetBatchAsync, DownloadFileAsync", async () =>
        {
            JsonElement batch = Json((await operation!.GetBatchAsync(null)).GetRawResponse().Content);
            Assert.Equal("completed", batch.GetProperty("status").GetString());
            BinaryData output = await _files.DownloadFileAsync(batch.GetProperty("output_file_id").GetString());
            Dictionary<string, string> rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Json(BinaryData.FromString(line)))
                .ToDictionary(row => row.GetProperty("custom_id").GetString()!, row => row.GetProperty("response").GetProperty("body").GetRawText());
            Assert.Equal(Texts, rows.Keys.Order());
            Assert.All(rows, row => Assert.Contains(Prompts.Digest(row.Key), row.Value, StringComparison.Ordinal));
            return $"{rows.Count} rows";
        });
        await calls.MakeAsync("GetBatchesAsync", async () =>
        {
            List<string> found = [];
            await foreach (ClientResult page in _batches.GetBatchesAsync(null, 1, null).GetRawPagesAsync())
            {
                found.AddRange(Json(page.GetRawResponse().Content).GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("id").GetString()!));
            }

            Assert.Contains(operation!.BatchId, found);
            return $"{found.Count} batches, one a page";
        });
        await calls.MakeAsync("CancelAsync of a batch", async () =>
        {
            CreateBatchOperation other = await CreateAsync(wait: false);
            JsonElement batch = Json((await other.CancelAsync(null)).GetRawResponse().Content);
            Assert.Contains(batch.GetProperty("status").GetString(), new[] { "cancelling", "cancelled" });
            await other.WaitForCompletionAsync();
            return Json((await other.GetBatchAsync(null)).GetRawResponse().Content).GetProperty("status").GetString()!;
        });
    }

    private async Task<CreateBatchOperation> CreateAsync(bool wait)
    {
        string lines = string.Join('\n', Texts.Select(text => JsonSerializer.Serialize(new
        {
            custom_id = text,
            method = "POST",
            url = "/v1/chat/completions",
            body = new { model, messages = new[] { new { role = "user", content = text } } },
        })));
        OpenAIFile input = await _files.UploadFileAsync(BinaryData.FromString(lines), "batch.jsonl", FileUploadPurpose.Batch);
        return await _batches.CreateBatchAsync(
            BinaryContent.Create(BinaryData.FromObjectAsJson(new { input_file_id = input.Id, endpoint = "/v1/chat/completions", completion_window = "24h" })), wait);
    }

    private static JsonElement Json(BinaryData content)
    {
        using JsonDocument document = JsonDocument.Parse(content);
        return document.RootElement.Clone();
    }
}
