using System.ClientModel;
using System.Text;
using Leeway.Gateway.Tests.Sdk;
using OpenAI.Responses;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>Responses: whole, streamed, with tools and schemas, and in the background.</summary>
internal sealed class ResponseCalls(ResponsesClient responses, string model, CallList calls)
{
    public async Task RunAsync()
    {
        await calls.MakeAsync("CreateResponseAsync", async () =>
        {
            ResponseResult response = await responses.CreateResponseAsync(model, "plain");
            Assert.Equal(ResponseStatus.Completed, response.Status);
            Assert.Contains(Prompts.Digest("plain"), response.GetOutputText(), StringComparison.Ordinal);
            return $"{response.Usage.InputTokenCount} + {response.Usage.OutputTokenCount} tokens";
        });
        await calls.MakeAsync("CreateResponseStreamingAsync", StreamAsync);
        await calls.MakeAsync("CreateResponseAsync, function calls and their results", ToolsAsync);
        await calls.MakeAsync("CreateResponseAsync, structured output", async () =>
        {
            ResponseResult response = await responses.CreateResponseAsync(new CreateResponseOptions(model, [ResponseItem.CreateUserMessageItem("structured")])
            {
                TextOptions = new ResponseTextOptions { TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("weather", ChatCalls.Schema, jsonSchemaIsStrict: true) },
            });
            ChatCalls.CheckArguments(response.GetOutputText());
            return "city, degrees";
        });

        string id = "";
        await calls.MakeAsync("CreateResponseAsync, background", async () =>
        {
            ResponseResult response = await responses.CreateResponseAsync(InBackground("later"));
            id = response.Id;
            Assert.True(IsOpen(response), response.Status.ToString());
            return response.Status.ToString()!;
        });
        await calls.MakeAsync("GetResponseAsync", async () =>
        {
            ResponseResult response = await EndAsync(id);
            Assert.Equal(ResponseStatus.Completed, response.Status);
            Assert.Contains(Prompts.Digest("later"), response.GetOutputText(), StringComparison.Ordinal);
            return response.Status.ToString()!;
        });
        await calls.MakeAsync("GetResponseInputItemsAsync", async () =>
        {
            List<ResponseItem> found = [];
            await foreach (ResponseItem item in responses.GetResponseInputItemsAsync(id))
            {
                found.Add(item);
            }

            Assert.Equal("later", Assert.IsAssignableFrom<MessageResponseItem>(Assert.Single(found)).Content[0].Text);
            return "1 item";
        });
        await calls.MakeAsync("CancelResponseAsync", async () =>
        {
            ResponseResult other = await responses.CreateResponseAsync(InBackground("not wanted"));
            ResponseResult cancelled = await responses.CancelResponseAsync(other.Id);
            Assert.Equal(other.Id, cancelled.Id);
            ResponseResult ended = await EndAsync(other.Id);
            return ended.Status.ToString()!;
        });
        await calls.MakeAsync("DeleteResponseAsync", async () =>
        {
            ResponseDeletionResult deleted = await responses.DeleteResponseAsync(id);
            Assert.True(deleted.Deleted);
            ClientResultException gone = await Assert.ThrowsAsync<ClientResultException>(() => responses.GetResponseAsync(id));
            Assert.Equal(404, gone.Status);
            return "then unknown";
        });
    }

    private CreateResponseOptions InBackground(string text) => new(model, [ResponseItem.CreateUserMessageItem(text)]) { BackgroundModeEnabled = true };

    private static bool IsOpen(ResponseResult response) => response.Status == ResponseStatus.Queued || response.Status == ResponseStatus.InProgress;

    private async Task<ResponseResult> EndAsync(string id)
    {
        ResponseResult? response = null;
        await Prompts.EventuallyAsync(async () => !IsOpen(response = await responses.GetResponseAsync(id)), $"{id} has ended");
        return response!;
    }

    private async Task<string> StreamAsync()
    {
        var text = new StringBuilder();
        List<StreamingResponseUpdateKind> kinds = [];
        await foreach (StreamingResponseUpdate update in await responses.CreateResponseStreamingAsync(model, "events"))
        {
            kinds.Add(update.Kind);
            text.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
        }

        Assert.Contains(Prompts.Digest("events"), text.ToString(), StringComparison.Ordinal);
        Assert.Equal(StreamingResponseUpdateKind.ResponseCreated, kinds[0]);
        Assert.Equal(StreamingResponseUpdateKind.ResponseCompleted, kinds[^1]);
        return $"{kinds.Count} events";
    }

    private async Task<string> ToolsAsync()
    {
        CreateResponseOptions With(IEnumerable<ResponseItem> items) => new(model, items)
        {
            Tools = { ResponseTool.CreateFunctionTool("get_weather", ChatCalls.Schema, true), ResponseTool.CreateFunctionTool("get_time", ChatCalls.Schema, true) },
        };
        ResponseItem ask = ResponseItem.CreateUserMessageItem(ChatCalls.AskTools);
        ResponseResult first = await responses.CreateResponseAsync(With([ask]));
        FunctionCallResponseItem[] made = [.. first.OutputItems.OfType<FunctionCallResponseItem>()];
        Assert.Equal(["get_time", "get_weather"], made.Select(call => call.FunctionName).Order());
        Assert.All(made, call => ChatCalls.CheckArguments(call.FunctionArguments.ToString()));

        IEnumerable<ResponseItem> results = made.Select(call => ResponseItem.CreateFunctionCallOutputItem(call.CallId, $"result of {call.FunctionName}"));
        ResponseResult last = await responses.CreateResponseAsync(With([ask, .. first.OutputItems, .. results]));
        Assert.Contains("digest:", last.GetOutputText(), StringComparison.Ordinal);
        return string.Join(", ", made.Select(call => call.FunctionName));
    }
}
