using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class KindTests
{
    [Theory]
    [InlineData(SandboxKind.OpenAI, 200, 404)]
    [InlineData(SandboxKind.Anthropic, 404, 200)]
    [InlineData(SandboxKind.All, 200, 200)]
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

    [Theory]
    [InlineData("all", SandboxKind.All)]
    [InlineData("anthropic", SandboxKind.Anthropic)]
    [InlineData("anthropic, openai", SandboxKind.Anthropic | SandboxKind.OpenAI)]
    public void Kinds_are_named_alone_or_with_commas(string text, SandboxKind kind)
    {
        Assert.True(SandboxVendors.TryParse(text, out var read, out _));
        Assert.Equal(kind, read);
    }

    [Theory]
    [InlineData("openai,azzure", "azzure")]
    [InlineData("", "")]
    public void Unknown_kind_is_named(string text, string unknown)
    {
        Assert.False(SandboxVendors.TryParse(text, out _, out var found));
        Assert.Equal(unknown, found);
    }

    [Fact]
    public void Every_kind_has_one_vendor_and_all_are_all_of_them()
    {
        var single = Enum.GetValues<SandboxKind>().Where(kind => kind is not (SandboxKind.None or SandboxKind.All)).ToList();
        Assert.Equal(single, SandboxVendors.All.Select(vendor => vendor.Kind).Order());
        Assert.Equal(SandboxKind.All, single.Aggregate((left, right) => left | right));
    }
}
