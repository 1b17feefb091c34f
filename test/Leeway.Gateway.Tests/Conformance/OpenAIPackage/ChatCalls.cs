using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using OpenAI.Chat;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>Chat completions: plain, streamed, with tools, schemas and images.</summary>
internal sealed class ChatCalls(ChatClient chat, CallList calls)
{
    internal const string AskTools = "Ask get_weather and get_time.";

    internal static readonly BinaryData Schema = BinaryData.FromString(
        """{"type":"object","properties":{"city":{"type":"string"},"degrees":{"type":"integer"}},"required":["city","degrees"],"additionalProperties":false}""");

    public async Task RunAsync()
    {
        await calls.MakeAsync("CompleteChatAsync", async () =>
        {
            ChatCompletion completion = await chat.CompleteChatAsync("plain");
            Assert.Contains(Prompts.Digest("plain"), completion.Content[0].Text, StringComparison.Ordinal);
            Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
            return $"{completion.Usage.InputTokenCount} + {completion.Usage.OutputTokenCount} tokens";
        });
        await calls.MakeAsync("CompleteChatAsync, system and most tokens", async () =>
        {
            ChatCompletion completion = await chat.CompleteChatAsync(
                [new SystemChatMessage("Be kind."), new UserChatMessage("short")], new ChatCompletionOptions { MaxOutputTokenCount = 5 });
            Assert.Equal(ChatFinishReason.Length, completion.FinishReason);
            return $"{completion.Usage.OutputTokenCount} tokens";
        });
        await calls.MakeAsync("CompleteChatStreamingAsync", StreamAsync);
        await calls.MakeAsync("CompleteChatAsync, parallel tool calls and their results", ToolsAsync);
        await calls.MakeAsync("CompleteChatAsync, tool_choice", async () =>
        {
            ChatCompletionOptions options = WithTools();
            options.ToolChoice = ChatToolChoice.CreateFunctionChoice("get_time");
            options.AllowParallelToolCalls = false;
            ChatCompletion completion = await chat.CompleteChatAsync([new UserChatMessage("whatever")], options);
            Assert.Equal("get_time", Assert.Single(completion.ToolCalls).FunctionName);
            return "get_time";
        });
        await calls.MakeAsync("CompleteChatStreamingAsync, tools", async () =>
        {
            var arguments = new SortedDictionary<int, string>();
            await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage(AskTools)], WithTools()))
            {
                foreach (StreamingChatToolCallUpdate piece in update.ToolCallUpdates)
                {
                    arguments[piece.Index] = arguments.GetValueOrDefault(piece.Index, "") + piece.FunctionArgumentsUpdate;
                }
            }

            Assert.Equal([0, 1], arguments.Keys);
            Assert.All(arguments.Values, CheckArguments);
            return $"{arguments.Count} calls";
        });
        await calls.MakeAsync("CompleteChatAsync, structured output", async () =>
        {
            ChatCompletion completion = await chat.CompleteChatAsync(
                [new UserChatMessage("structured")],
                new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("weather", Schema, jsonSchemaIsStrict: true) });
            CheckArguments(completion.Content[0].Text);
            return "city, degrees";
        });
        await calls.MakeAsync("CompleteChatAsync, image", async () =>
        {
            ChatCompletion completion = await chat.CompleteChatAsync(new UserChatMessage(
                ChatMessageContentPart.CreateTextPart("see"),
                ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Convert.FromBase64String(Pixel.Base64)), "image/png")));
            Assert.Contains(Pixel.Mark, completion.Content[0].Text, StringComparison.Ordinal);
            return "seen";
        });
    }

    internal static void CheckArguments(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(["city", "degrees"], document.RootElement.EnumerateObject().Select(member => member.Name));
    }

    private static ChatCompletionOptions WithTools() => new()
    {
        Tools = { ChatTool.CreateFunctionTool("get_weather", "Tells the weather.", Schema), ChatTool.CreateFunctionTool("get_time", "Tells the time.", Schema) },
    };

    private async Task<string> StreamAsync()
    {
        var content = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync("chunks"))
        {
            content.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        Assert.Contains(Prompts.Digest("chunks"), content.ToString(), StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, finish);
        return $"{usage!.InputTokenCount} + {usage.OutputTokenCount} tokens";
    }

    private async Task<string> ToolsAsync()
    {
        ChatCompletion first = await chat.CompleteChatAsync([new UserChatMessage(AskTools)], WithTools());
        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal(["get_time", "get_weather"], first.ToolCalls.Select(call => call.FunctionName).Order());
        Assert.All(first.ToolCalls, call => CheckArguments(call.FunctionArguments.ToString()));

        List<ChatMessage> messages = [new UserChatMessage(AskTools), new AssistantChatMessage(first)];
        messages.AddRange(first.ToolCalls.Select(call => new ToolChatMessage(call.Id, $"result of {call.FunctionName}")));
        ChatCompletion last = await chat.CompleteChatAsync(messages, WithTools());
        Assert.Equal(ChatFinishReason.Stop, last.FinishReason);
        Assert.Contains("digest:", last.Content[0].Text, StringComparison.Ordinal);
        return string.Join(", ", first.ToolCalls.Select(call => call.FunctionName));
    }
}
