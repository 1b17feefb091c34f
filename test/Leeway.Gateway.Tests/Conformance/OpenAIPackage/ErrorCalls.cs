using System.ClientModel;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using OpenAI.Chat;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>Failures: this client has one exception, which tells the status.</summary>
internal sealed class ErrorCalls(ConformanceGateway gateway, string kind, string model, CallList calls)
{
    public async Task RunAsync()
    {
        ChatClient once = OpenAIPackageTests.Client(gateway, maxRetries: 0).GetChatClient(model);
        await RefuseAsync("error: unknown key", 401, () => OpenAIPackageTests.Client(gateway, key: "lwk_nobodys").GetChatClient(model).CompleteChatAsync("hello"));
        await RefuseAsync("error: unknown model", 404, () => OpenAIPackageTests.Client(gateway).GetChatClient("gpt-0").CompleteChatAsync("hello"));
        await RefuseAsync("error: bad request", 400, () => once.CompleteChatAsync(new SystemChatMessage("hello"), new ToolChatMessage("nobodys", "hello")));
        using (gateway.Failing(FaultKind.RateLimit))
        {
            await RefuseAsync("error: rate limit", 429, () => once.CompleteChatAsync("hello"));
        }

        using (gateway.Failing(FaultKind.ServerError, kind == "openai" ? 503 : 529))
        {
            await RefuseAsync("error: overloaded", 503, () => once.CompleteChatAsync("hello"));
        }

        // This client reads an error within a stream as a chunk that lacks all it needs.
        using (gateway.Failing(FaultKind.StreamErrorAfter200))
        {
            await calls.MakeAsync("error: within a stream", async () =>
            {
                Exception exception = await Assert.ThrowsAnyAsync<Exception>(async () =>
                {
                    ChatFinishReason? finish = null;
                    await foreach (StreamingChatCompletionUpdate update in once.CompleteChatStreamingAsync("hello"))
                    {
                        finish = update.FinishReason ?? finish;
                    }

                    Assert.NotNull(finish);
                });
                return exception is Xunit.Sdk.XunitException ? "the stream ends without a finish reason" : exception.GetType().Name;
            });
        }
    }

    private Task RefuseAsync(string name, int status, Func<Task> body) => calls.RefuseAsync<ClientResultException>(name, body, error =>
    {
        Assert.Equal(status, error.Status);
        using JsonDocument document = JsonDocument.Parse(error.GetRawResponse()!.Content);
        Assert.True(document.RootElement.GetProperty("error").TryGetProperty("message", out _));
    });
}
