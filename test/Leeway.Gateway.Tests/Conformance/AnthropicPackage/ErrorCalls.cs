using System.Net;
using Anthropic;
using Anthropic.Exceptions;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>Every kind of failure as its own exception.</summary>
internal sealed class ErrorCalls(ConformanceGateway gateway, string kind, string model, CallList calls)
{
    public async Task RunAsync()
    {
        using AnthropicClient once = AnthropicPackageTests.Client(gateway, maxRetries: 0);
        using AnthropicClient stranger = AnthropicPackageTests.Client(gateway, key: "lwk_nobodys", maxRetries: 0);
        await calls.RefuseAsync<AnthropicUnauthorizedException>("error: unknown key", () => stranger.Messages.Create(MessageText.Ask(model, "hello")));
        await calls.RefuseAsync<AnthropicNotFoundException>("error: unknown model", () => once.Messages.Create(MessageText.Ask("claude-0", "hello")),
            error => Assert.Equal("not_found_error", error.Type?.Raw()));
        await calls.RefuseAsync<AnthropicBadRequestException>("error: bad request", () => once.Messages.Create(MessageText.Ask(model, "hello") with { Messages = [] }));
        using (gateway.Failing(FaultKind.RateLimit))
        {
            await calls.RefuseAsync<AnthropicRateLimitException>("error: rate limit", () => once.Messages.Create(MessageText.Ask(model, "hello")),
                error => Assert.Equal("rate_limit_error", error.Type?.Raw()));
        }

        using (gateway.Failing(FaultKind.ServerError, kind == "openai" ? 503 : 529))
        {
            await calls.RefuseAsync<AnthropicOverloadedException>("error: overloaded", () => once.Messages.Create(MessageText.Ask(model, "hello")),
                error => Assert.Equal((HttpStatusCode)529, error.StatusCode));
        }

        using (gateway.Failing(FaultKind.StreamErrorAfter200))
        {
            await calls.RefuseAsync<AnthropicSseException>("error: within a stream", () => once.Messages.CreateStreaming(MessageText.Ask(model, "hello")).Aggregate());
        }
    }
}
