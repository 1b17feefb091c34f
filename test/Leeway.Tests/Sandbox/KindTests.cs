using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class KindTests
{
    [Theory]
    [InlineData(SandboxKind.OpenAI, 200, 404)]
    [InlineData(SandboxKind.Anthropic, 404, 200)]
    [InlineData(SandboxKind.Both, 200, 200)]
    public async Task Only_the_chosen_vendors_are_spoken(SandboxKind kind, int openAI, int anthropic)
    {
        await using var client = await AnthropicClient.StartAsync(new SandboxOptions { Law = "instant", Kind = kind });
        using var chat = await client.Sandbox.SendAsync("/v1/chat/completions", SandboxClient.ChatBody("x"));
        using var models = await client.Sandbox.Http.GetAsync("/v1/models");
        using var message = await client.SendAsync(AnthropicClient.Body("x"));
        using var claudes = await client.Http.GetAsync("/v1/models");

        Assert.Equal((openAI, openAI), ((int)chat.StatusCode, (int)models.StatusCode));
        Assert.Equal((anthropic, anthropic), ((int)message.StatusCode, (int)claudes.StatusCode));
    }
}
