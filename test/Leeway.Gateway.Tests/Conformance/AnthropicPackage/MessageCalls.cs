using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>Messages: plain, streamed, with tools, schemas and images.</summary>
internal sealed class MessageCalls(AnthropicClient client, string model, CallList calls)
{
    private const string AskTools = "Ask get_weather and get_time.";

    public async Task RunAsync()
    {
        await calls.MakeAsync("Messages.Create", async () =>
        {
            Message message = await client.Messages.Create(MessageText.Ask(model, "plain"));
            Assert.Contains(Prompts.Digest("plain"), message.Text(), StringComparison.Ordinal);
            Assert.Equal("end_turn", message.StopReason!.Raw());
            Assert.True(message.Usage.InputTokens > 0 && message.Usage.OutputTokens > 0);
            return $"{message.Usage.InputTokens} + {message.Usage.OutputTokens} tokens";
        });
        await calls.MakeAsync("Messages.Create, system and max_tokens", async () =>
        {
            Message message = await client.Messages.Create(MessageText.Ask(model, "short") with { System = "Be kind.", MaxTokens = 5 });
            Assert.Equal("max_tokens", message.StopReason!.Raw());
            return $"{message.Usage.OutputTokens} tokens";
        });
        await calls.MakeAsync("Messages.CreateStreaming", StreamAsync);
        await calls.MakeAsync("Messages.CreateStreaming, Aggregate", async () =>
        {
            Message message = await client.Messages.CreateStreaming(MessageText.Ask(model, "whole")).Aggregate();
            Assert.Contains(Prompts.Digest("whole"), message.Text(), StringComparison.Ordinal);
            return message.StopReason!.Raw();
        });
        await calls.MakeAsync("Messages.Create, parallel tool calls and their results", ToolsAsync);
        await calls.MakeAsync("Messages.Create, tool_choice", async () =>
        {
            Message message = await client.Messages.Create(MessageText.Ask(model, "whatever") with
            {
                Tools = MessageText.Tools,
                ToolChoice = new ToolChoiceTool("get_time") { DisableParallelToolUse = true },
            });
            Assert.Equal("get_time", Assert.Single(message.Uses()).Name);
            return "get_time";
        });
        await calls.MakeAsync("Messages.CreateStreaming, tools", async () =>
        {
            int pieces = 0;
            await foreach (RawMessageStreamEvent one in client.Messages.CreateStreaming(MessageText.Ask(model, AskTools) with { Tools = MessageText.Tools }))
            {
                pieces += one.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? delta) && delta.Delta.TryPickInputJson(out _) ? 1 : 0;
            }

            Assert.True(pieces > 2);
            return $"{pieces} pieces of input";
        });
        await calls.MakeAsync("Messages.Create, structured output", async () =>
        {
            Message message = await client.Messages.Create(MessageText.Ask(model, "structured") with
            {
                OutputConfig = new OutputConfig { Format = new JsonOutputFormat { Schema = MessageText.Schema } },
            });
            using JsonDocument document = JsonDocument.Parse(message.Text());
            Assert.Equal(["city", "degrees"], document.RootElement.EnumerateObject().Select(member => member.Name));
            return "city, degrees";
        });
        await calls.MakeAsync("Messages.Create, image", async () =>
        {
            List<ContentBlockParam> content =
            [
                new ImageBlockParam(new Base64ImageSource { Data = Pixel.Base64, MediaType = "image/png" }),
                new TextBlockParam("see"),
            ];
            Message message = await client.Messages.Create(MessageText.Ask(model, "") with { Messages = [new UserMessageParam(content)] });
            Assert.Contains(Pixel.Mark, message.Text(), StringComparison.Ordinal);
            return "seen";
        });
        await calls.MakeAsync("Messages.CountTokens", async () =>
        {
            MessageTokensCount count = await client.Messages.CountTokens(new MessageCountTokensParams { Model = model, Messages = [new UserMessageParam("count me")] });
            Assert.True(count.InputTokens > 0);
            return $"{count.InputTokens} tokens";
        });
        await calls.MakeAsync("Models.List", async () =>
        {
            List<string> found = [];
            await foreach (Anthropic.Models.Models.ModelInfo one in (await client.Models.List(new())).Paginate(CancellationToken.None))
            {
                found.Add(one.ID);
            }

            Assert.Contains(model, found);
            return $"{found.Count} models";
        });
    }

    private async Task<string> StreamAsync()
    {
        var text = new StringBuilder();
        var kinds = new List<string>();
        await foreach (RawMessageStreamEvent one in client.Messages.CreateStreaming(MessageText.Ask(model, "events")))
        {
            kinds.Add(one.Type!.Raw());
            text.Append(one.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? delta) && delta.Delta.TryPickText(out TextDelta? piece) ? piece.Text : "");
        }

        Assert.Contains(Prompts.Digest("events"), text.ToString(), StringComparison.Ordinal);
        Assert.Equal("message_start", kinds[0]);
        Assert.Equal("message_stop", kinds[^1]);
        return $"{kinds.Count} events";
    }

    private async Task<string> ToolsAsync()
    {
        MessageCreateParams ask = MessageText.Ask(model, AskTools) with { Tools = MessageText.Tools };
        Message first = await client.Messages.Create(ask);
        List<ToolUseBlock> uses = first.Uses();
        Assert.Equal("tool_use", first.StopReason!.Raw());
        Assert.Equal(["get_time", "get_weather"], uses.Select(use => use.Name).Order());
        Assert.All(uses, use => Assert.Equal(JsonValueKind.String, use.Input["city"].ValueKind));
        Assert.Equal(2, uses.Select(use => use.ID).Distinct().Count());

        List<ContentBlockParam> asked = [.. uses.Select(use => (ContentBlockParam)new ToolUseBlockParam { ID = use.ID, Name = use.Name, Input = use.Input })];
        List<ContentBlockParam> results = [.. uses.Select(use => (ContentBlockParam)new ToolResultBlockParam(use.ID) { Content = $"result of {use.Name}" })];
        Message last = await client.Messages.Create(ask with { Messages = [new UserMessageParam(AskTools), new AssistantMessageParam(asked), new UserMessageParam(results)] });
        Assert.Equal("end_turn", last.StopReason!.Raw());
        Assert.Contains("digest:", last.Text(), StringComparison.Ordinal);
        return string.Join(", ", uses.Select(use => use.Name));
    }
}
