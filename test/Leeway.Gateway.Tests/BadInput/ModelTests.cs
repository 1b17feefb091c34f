using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Models that cannot be served.</summary>
[Collection(QuietCollection.Name)]
public sealed class ModelTests(QuietGateway quiet)
{
    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/by/low/v1/chat/completions")]
    public async Task An_unknown_model_is_refused_with_the_nearest_name(string path) => await quiet.AssertRefusedAsync(
        await quiet.Gateway.PostAsync(path, """{"model":"gpt-4o-mnii","messages":[]}"""), 404, "model_not_found", "model", "'gpt-4o-mnii'", "Did you mean 'gpt-4o-mini'?", "GET /v1/models");

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/by/low/v1/chat/completions")]
    public async Task A_model_without_a_price_is_refused_with_the_setting_to_write(string path) => await quiet.AssertRefusedAsync(
        await quiet.Gateway.PostAsync(path, """{"model":"mystery","messages":[]}"""), 400, "model_unpriced", "model", "'mystery'", "models.\"mystery\".price", "prices.file", "leeway prices import FILE");

    [Fact]
    public async Task A_model_name_of_ten_kilobytes_is_refused_and_shortened() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync($$"""{"model":"{{new string('m', 10_000)}}","messages":[]}"""), 404, "model_not_found", "model", "mmm…'", "GET /v1/models");

    [Theory]
    [InlineData("gpt-4o-mini\\u0000")]
    [InlineData(" gpt-4o-mini")]
    [InlineData("GPT-4O-MINI")]
    [InlineData("../gpt-4o-mini")]
    [InlineData("openai/gpt-4o-mini")]
    [InlineData("' OR 1=1 --")]
    public async Task A_name_that_only_resembles_a_model_is_refused(string model) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync($$"""{"model":"{{model}}","messages":[]}"""), 404, "model_not_found", "model", "does not exist here");

    [Fact]
    public async Task Asking_for_an_unknown_model_by_name_is_404() =>
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, "/v1/models/gpt-9.9"), 404, "model_not_found", "model", "'gpt-9.9'");

    [Fact]
    public async Task Without_a_provider_a_call_says_which_setting_is_missing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("providers: {}");
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[]}""");
        Refusal refusal = Refusal.Read(answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("no_provider", refusal.Code);
        Assert.Contains("OPENAI_API_KEY", refusal.Message, StringComparison.Ordinal);
    }
}
